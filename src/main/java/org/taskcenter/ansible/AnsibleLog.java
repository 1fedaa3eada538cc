package org.taskcenter.ansible;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What runs have to say to operators. */
@MessageLogger(projectCode = "TC", length = 5)
interface AnsibleLog {
    AnsibleLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), AnsibleLog.class, "org.taskcenter.ansible");

    @LogMessage(level = INFO)
    @Message(id = 1350, value = "Accepted run %d of %s: %d node(s), correlation %s")
    void accepted(long run, String source, int nodes, String correlation);

    @LogMessage(level = INFO)
    @Message(id = 1351, value = "Task %d of run %d begins on %d node(s), correlation %s")
    void begins(long task, long run, int nodes, String correlation);

    @LogMessage(level = INFO)
    @Message(id = 1352, value = "Task %d of run %d: %s, correlation %s")
    void ended(long task, long run, String how, String correlation);

    @LogMessage(level = WARN)
    @Message(id = 1353, value = "Task %d cannot be begun here at the moment: %s; it is tried again")
    void unavailable(long task, String reason);

    @LogMessage(level = WARN)
    @Message(id = 1354, value = "What task %d does cannot be stored: %s; it waits for the database")
    void cannotStore(long task, String reason);

    @LogMessage(level = ERROR)
    @Message(id = 1355, value = "What task %d does cannot be stored; it is stopped and ends as failed")
    void unstorable(long task, @Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 1356, value = "Task %d is stopped: another member may have it")
    void lost(long task);

    @LogMessage(level = ERROR)
    @Message(id = 1357, value = "Task %d failed unexpectedly; it is tried again")
    void failed(long task, @Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 1358, value = "The batch job of task %d could not be started: %s; it is tried again")
    void notStarted(long task, String reason);

    @LogMessage(level = WARN)
    @Message(id = 1359, value = "The batch job of task %d has ended without settling it; it is settled now")
    void jobDied(long task);
}

package org.taskcenter.dispatch;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface DispatchLog {
    DispatchLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), DispatchLog.class, "org.taskcenter.dispatch");

    @LogMessage(level = WARN)
    @Message(id = 300, value = "Cannot claim tasks for the moment; trying on. (%s)")
    void cannotClaim(String reason);

    @LogMessage(level = INFO)
    @Message(id = 301, value = "Tasks are claimed again.")
    void claimsAgain();

    @LogMessage(level = WARN)
    @Message(id = 302, value = "Cannot store %d result(s) for the moment; they are kept and tried again. (%s)")
    void cannotSettle(int results, String reason);

    @LogMessage(level = ERROR)
    @Message(
            id = 303,
            value =
                    "The result of task %d could not be stored as it is; the task ends as failed, or is done again later.")
    void unstorable(long task, @Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 304, value = "%d result(s) came too late: their tasks have been taken over by another member.")
    void refused(int results);

    @LogMessage(level = INFO)
    @Message(id = 305, value = "Draining: no new work is begun; %d task(s) under way get up to %d s.")
    void draining(int running, long seconds);

    @LogMessage(level = INFO)
    @Message(id = 306, value = "Drained; %d task(s) went back to waiting.")
    void drained(int interrupted);

    @LogMessage(level = ERROR)
    @Message(id = 307, value = "Work on %d task(s) of kind %s could not be begun; they go back to waiting.")
    void notBegun(int tasks, String kind, @Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(
            id = 308,
            value = "%d task(s) were found claimed by this member but unknown to it; they go back to waiting.")
    void orphans(int tasks);

    @LogMessage(level = ERROR)
    @Message(id = 310, value = "Work on task %d could not be stopped; it goes on to its end.")
    void notStopped(long task, @Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(
            id = 311,
            value =
                    "%d result(s) could not be stored before the end; another member, or the next start, does their tasks again.")
    void notStored(int results);

    @LogMessage(level = ERROR)
    @Message(id = 309, value = "The %s loop met an unexpected error and goes on.")
    void loopError(String loop, @Cause Throwable cause);
}

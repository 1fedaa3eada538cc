package org.taskcenter.store;

import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.BasicLogger;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface StoreLog extends BasicLogger {
    StoreLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), StoreLog.class, "org.taskcenter.store");

    @LogMessage(level = WARN)
    @Message(id = 100, value = "The database at %s does not answer yet (%s). Waiting for it, %d more seconds at most.")
    void waitingForDatabase(String place, String reason, long seconds);

    @LogMessage(level = INFO)
    @Message(id = 101, value = "Brought the database at %s from version %s to version %s")
    void migrated(String place, String from, String to);
}

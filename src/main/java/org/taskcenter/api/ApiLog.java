package org.taskcenter.api;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface ApiLog {
    ApiLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), ApiLog.class, "org.taskcenter.api");

    @LogMessage(level = ERROR)
    @Message(id = 790, value = "Error %s: a request to %s failed unexpectedly")
    void unexpected(String id, String path, @Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 791, value = "A request to %s was answered 503: the database is away (%s)")
    void databaseAway(String path, String reason);
}

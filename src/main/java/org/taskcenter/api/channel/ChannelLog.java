package org.taskcenter.api.channel;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface ChannelLog {
    ChannelLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), ChannelLog.class, "org.taskcenter.api.channel");

    @LogMessage(level = ERROR)
    @Message(id = 1390, value = "A request of the Channel API failed unexpectedly")
    void unexpected(@Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 1391, value = "A request of the Channel API was answered 503: the database is away (%s)")
    void databaseAway(String reason);

    @LogMessage(level = WARN)
    @Message(id = 1392, value = "A log that was being sent broke off: %s")
    void brokeOff(String reason);
}

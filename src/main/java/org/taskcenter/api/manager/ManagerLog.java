package org.taskcenter.api.manager;

import static org.jboss.logging.Logger.Level.DEBUG;
import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.INFO;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What the Manager API has to say to operators. */
@MessageLogger(projectCode = "TC", length = 5)
interface ManagerLog {
    ManagerLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), ManagerLog.class, "org.taskcenter.api.manager");

    @LogMessage(level = DEBUG)
    @Message(id = 700, value = "A message of %s was answered with 503, its sender is to try again: %s")
    void unavailable(String account, String why);

    @LogMessage(level = ERROR)
    @Message(id = 701, value = "A message of %s was answered with 500; nothing of it may be counted on")
    void failed(String account, @Cause RuntimeException cause);

    @LogMessage(level = DEBUG)
    @Message(id = 702, value = "A WebSocket ended: %s")
    void socketFailed(String why);

    @LogMessage(level = INFO)
    @Message(
            id = 703,
            value = "A WebSocket is cut off: its other side neither reads nor answers; nothing is lost by that")
    void cutOff();

    @LogMessage(level = DEBUG)
    @Message(id = 704, value = "An ack_result of %s acknowledges nothing: %s")
    void acknowledgesNothing(String account, String why);
}

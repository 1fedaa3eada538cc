package org.taskcenter.push;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What the ways back have to say to operators. */
@MessageLogger(projectCode = "TC", length = 5)
interface PushLog {
    PushLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), PushLog.class, "org.taskcenter.push");

    @LogMessage(level = WARN)
    @Message(
            id = 900,
            value =
                    "The result %s of client %s is not pushed any more after %d tries, the last one with code %d; it can"
                            + " still be asked for")
    void givenUp(String name, String client, int tries, int code);

    @LogMessage(level = WARN)
    @Message(id = 901, value = "Results cannot be delivered over WebSockets at the moment; trying on")
    void mailboxFails(@Cause Throwable cause);

    @LogMessage(level = ERROR)
    @Message(id = 902, value = "The result of task %d is not pushed: %s; it can still be asked for")
    void noAddress(long task, String reason);
}

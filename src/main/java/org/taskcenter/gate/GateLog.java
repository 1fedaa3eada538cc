package org.taskcenter.gate;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.BasicLogger;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What the gate tells an operator. */
@MessageLogger(projectCode = "TC", length = 5)
interface GateLog extends BasicLogger {
    GateLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), GateLog.class, "org.taskcenter.gate");

    @LogMessage(level = Logger.Level.ERROR)
    @Message(id = 500, value = "What was to happen after a call failed; the call itself is not affected")
    void afterwardsFailed(@Cause Throwable cause);

    @LogMessage(level = Logger.Level.WARN)
    @Message(id = 501, value = "An I/O thread of the gate ended unexpectedly; its calls ended, new threads take over")
    void ioThreadsReplaced();

    @LogMessage(level = Logger.Level.WARN)
    @Message(id = 502, value = "A connection failed in an unexpected way; its call ended")
    void ioProblem(@Cause Exception cause);

    @LogMessage(level = Logger.Level.ERROR)
    @Message(id = 503, value = "Looking after the calls failed; it is tried again at once")
    void watchFailed(@Cause Throwable cause);
}

package org.taskcenter.api.centre;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface CentreLog {
    CentreLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), CentreLog.class, "org.taskcenter.api.centre");

    @LogMessage(level = ERROR)
    @Message(id = 760, value = "A list of tasks could not be read; the request was answered 500")
    void cannotList(@Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 761, value = "An answer broke off: the data of task %d could not be read")
    void brokenOff(long task, @Cause Throwable cause);
}

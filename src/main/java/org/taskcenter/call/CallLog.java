package org.taskcenter.call;

import static org.jboss.logging.Logger.Level.ERROR;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What calls have to say to operators. */
@MessageLogger(projectCode = "TC", length = 5)
interface CallLog {
    CallLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), CallLog.class, "org.taskcenter.call");

    /** Without the exception's message, which may repeat what only the client is to know. */
    @LogMessage(level = ERROR)
    @Message(id = 400, value = "The call of task %d could not be begun (%s); the task ends as failed")
    void cannotBeMade(long task, String exception);

    @LogMessage(level = ERROR)
    @Message(id = 401, value = "The call of task %d ends as failed: %s")
    void unreadable(long task, String reason);
}

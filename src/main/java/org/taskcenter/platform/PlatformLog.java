package org.taskcenter.platform;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What the tasks of third-party platforms have to say to operators. */
@MessageLogger(projectCode = "TC", length = 5)
interface PlatformLog {
    PlatformLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), PlatformLog.class, "org.taskcenter.platform");

    @LogMessage(level = WARN)
    @Message(id = 1100, value = "Polling channel %d fails: %s; its tasks are open as before, it is tried again later")
    void pollsFail(long channel, String reason);

    @LogMessage(level = INFO)
    @Message(id = 1101, value = "Polling channel %d works again")
    void pollsWork(long channel);

    @LogMessage(level = WARN)
    @Message(id = 1102, value = "A round of polling cannot begin: %s; the next one is tried as usual")
    void noRound(String reason);

    @LogMessage(level = ERROR)
    @Message(id = 1103, value = "Polling failed unexpectedly; the next round is tried as usual")
    void roundFailed(@Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(
            id = 1104,
            value =
                    "Whether channel %d has taken task %s is not known (%s): it is not submitted again, and ends with its"
                            + " time-out unless an administrator cancels it before")
    void unknown(long channel, String taskId, String reason);

    @LogMessage(level = WARN)
    @Message(id = 1105, value = "What came of submissions cannot be stored: %s; it is tried again")
    void cannotStore(String reason);

    @LogMessage(level = WARN)
    @Message(id = 1106, value = "Channel %d cannot be used: %s; change its base_url, key or platform")
    void unusable(long channel, String reason);

    @LogMessage(level = INFO)
    @Message(id = 1107, value = "%d open tasks of channel %d, which is deleted, have ended and been refunded")
    void endedOfDeleted(int tasks, long channel);

    @LogMessage(level = ERROR)
    @Message(id = 1108, value = "Task %s is not submitted, and is refunded: %s")
    void unreadable(String taskId, String reason);

    @LogMessage(level = WARN)
    @Message(
            id = 1109,
            value =
                    "The open tasks of channel %d, which is deleted, cannot be ended and refunded: %s; it is tried again later")
    void cannotEnd(long channel, String reason);

    @LogMessage(level = WARN)
    @Message(
            id = 1110,
            value = "Submissions to channel %d fail: %s; others are tried before it until it takes one again")
    void submissionsFail(long channel, String reason);

    @LogMessage(level = WARN)
    @Message(id = 1111, value = "Channel %d gave task %s data of more than %d characters, which is not kept")
    void dataLost(long channel, String taskId, int most);
}

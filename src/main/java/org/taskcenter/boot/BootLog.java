package org.taskcenter.boot;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.BasicLogger;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface BootLog extends BasicLogger {
    BootLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), BootLog.class, "org.taskcenter.boot");

    @LogMessage(level = ERROR)
    @Message(id = 1, value = "Cannot start: %s")
    void cannotStart(String reason);

    @LogMessage(level = INFO)
    @Message(id = 2, value = "Stopping: no new work, %d s at most for what is under way")
    void stopping(long seconds);

    @LogMessage(level = INFO)
    @Message(id = 3, value = "Stopped")
    void stopped();

    @LogMessage(level = WARN)
    @Message(id = 4, value = "While stopping, %s failed")
    void stopFailed(String part, @Cause Exception cause);

    @LogMessage(level = WARN)
    @Message(id = 5, value = "Not ready: %s")
    void notReady(String parts);

    @LogMessage(level = INFO)
    @Message(id = 6, value = "Ready")
    void ready();

    @LogMessage(level = WARN)
    @Message(id = 7, value = "The check of %s failed")
    void checkFailed(String part, @Cause RuntimeException cause);

    @LogMessage(level = WARN)
    @Message(id = 8, value = "Some requests are still under way and will be cut")
    void requestsCut();

    @LogMessage(level = INFO)
    @Message(
            id = 10,
            value = "Made a token for the account admin: it is in %s. Delete the file when you have taken it over.")
    void leftAdminToken(Object file);

    @LogMessage(level = ERROR)
    @Message(
            id = 11,
            value =
                    "The token of the account admin could not be written to %s (%s). Set TASKCENTER_ADMIN_TOKEN and start again:"
                            + " it takes the token's place.")
    void cannotLeaveAdminToken(Object file, String reason);

    @LogMessage(level = WARN)
    @Message(
            id = 12,
            value =
                    "ansible-playbook is not on the PATH: runs of the Channel API are accepted and left to other members")
    void noAnsible();
}

package org.taskcenter.account;

import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.BasicLogger;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface AccountLog extends BasicLogger {
    AccountLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), AccountLog.class, "org.taskcenter.account");

    @LogMessage(level = INFO)
    @Message(id = 600, value = "Made the account admin")
    void madeAdministrator();

    @LogMessage(level = INFO)
    @Message(id = 601, value = "The token of the account admin is now that of TASKCENTER_ADMIN_TOKEN")
    void replacedAdminToken();

    @LogMessage(level = WARN)
    @Message(
            id = 602,
            value =
                    "TASKCENTER_ADMIN_TOKEN is of no effect: the account admin has been deleted. Another account of the role root"
                            + " administers this centre.")
    void noAdministrator();

    @LogMessage(level = WARN)
    @Message(
            id = 603,
            value =
                    "Cannot look for changes of accounts; those known go on for %d s at most, others are answered 503 (%s)")
    void blind(long seconds, String reason);

    @LogMessage(level = INFO)
    @Message(id = 604, value = "Looking for changes of accounts works again")
    void seesAgain();

    @LogMessage(level = WARN)
    @Message(id = 605, value = "A token could not be looked up: %s")
    void cannotLookUp(String reason);

    @LogMessage(level = WARN)
    @Message(id = 606, value = "When tokens were last used could not be stored; it is tried again (%s)")
    void cannotStoreUses(String reason);

    @LogMessage(level = WARN)
    @Message(id = 607, value = "Too many wrong tokens from %s; further ones are answered 429 until fewer come")
    void tooManyFailures(String address);
}

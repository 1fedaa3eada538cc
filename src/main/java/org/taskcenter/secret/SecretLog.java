package org.taskcenter.secret;

import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.BasicLogger;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface SecretLog extends BasicLogger {
    SecretLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), SecretLog.class, "org.taskcenter.secret");

    @LogMessage(level = INFO)
    @Message(
            id = 800,
            value =
                    "Made the key that secrets are stored under: %s. Keep a copy of it, apart from backups of the database.")
    void madeKey(Object file);

    @LogMessage(level = INFO)
    @Message(id = 801, value = "The secret key %s takes the place of %s; what is stored under that one is sealed anew")
    void keyChanged(String fingerprint, String before);

    @LogMessage(level = INFO)
    @Message(id = 802, value = "Nothing is stored under the secret key %s any more: TASKCENTER_SECRET_KEY_OLD can go")
    void keyEnded(String fingerprint);

    @LogMessage(level = WARN)
    @Message(id = 803, value = "What an earlier key sealed could not be sealed anew; it is tried again (%s)")
    void cannotSealAnew(String reason);

    @LogMessage(level = WARN)
    @Message(id = 804, value = "%s; it is left as it is")
    void doesNotOpen(String what);
}

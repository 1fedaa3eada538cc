package org.taskcenter.playbook;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What the running of playbooks has to say to operators. */
@MessageLogger(projectCode = "TC", length = 5)
interface PlaybookLog {
    PlaybookLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), PlaybookLog.class, "org.taskcenter.playbook");

    @LogMessage(level = INFO)
    @Message(id = 1300, value = "Playbooks are run by Ansible %s (%s)")
    void ready(String version, String python);

    @LogMessage(level = WARN)
    @Message(
            id = 1301,
            value =
                    "%s is there, but the Python that it runs on has no Ansible or cannot be told; install ansible-core by"
                            + " apt, pip or pipx")
    void noInterpreter(String command);

    @LogMessage(level = ERROR)
    @Message(
            id = 1302,
            value =
                    "What runs playbooks has ended (%s); %d runs are lost and may be done again. It is started anew in %d ms")
    void died(String how, int runs, long millis);

    @LogMessage(level = ERROR)
    @Message(id = 1303, value = "What runs playbooks does not answer, and is killed")
    void silent();

    @LogMessage(level = WARN)
    @Message(id = 1304, value = "What runs playbooks says: %s")
    void said(String line);

    @LogMessage(level = ERROR)
    @Message(id = 1305, value = "What runs playbooks cannot be started; trying on")
    void notStarted(@Cause Throwable cause);

    @LogMessage(level = ERROR)
    @Message(id = 1306, value = "What happens in run %s cannot be taken in; it is stopped")
    void listenerFailed(String run, @Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 1307, value = "Run %s has written something that is no event; it is left out")
    void noEvent(String run);

    @LogMessage(level = WARN)
    @Message(id = 1308, value = "%s is Ansible %s; 2.14 to 2.18 are what playbooks can be run by")
    void otherVersion(String command, String version);
}

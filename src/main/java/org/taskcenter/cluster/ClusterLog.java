package org.taskcenter.cluster;

import static org.jboss.logging.Logger.Level.ERROR;
import static org.jboss.logging.Logger.Level.INFO;
import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface ClusterLog {
    ClusterLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), ClusterLog.class, "org.taskcenter.cluster");

    @LogMessage(level = INFO)
    @Message(id = 200, value = "Joined the cluster as member %d on %s.")
    void joined(long member, String host);

    @LogMessage(level = WARN)
    @Message(
            id = 201,
            value =
                    "Member %d was declared dead while it could not be heard of; its work has been taken over. Joining anew.")
    void leaseLost(long member);

    @LogMessage(level = WARN)
    @Message(id = 202, value = "%d member(s) have not been heard of for a lease and are declared dead.")
    void declaredDead(int members);

    @LogMessage(level = INFO)
    @Message(id = 203, value = "%d task(s) taken over from members that have ended.")
    void rescued(int tasks);

    @LogMessage(level = WARN)
    @Message(id = 204, value = "No heartbeat for too long: work is stopped until the database answers. (%s)")
    void workStopped(String reason);

    @LogMessage(level = INFO)
    @Message(id = 205, value = "The database answers again; work goes on.")
    void workResumed();

    @LogMessage(level = WARN)
    @Message(id = 206, value = "Cannot listen to the other members for the moment, looking once a second instead. (%s)")
    void notListening(String reason);

    @LogMessage(level = WARN)
    @Message(id = 208, value = "Cannot wake the other members for the moment; they look once a second. (%s)")
    void notTelling(String reason);

    @LogMessage(level = ERROR)
    @Message(
            id = 209,
            value = "A task of a member that has ended could not be taken over; trying on, others come first.")
    void rescueFailed(@Cause Throwable cause);

    @LogMessage(level = WARN)
    @Message(id = 207, value = "A heartbeat or rescue failed; trying on. (%s)")
    void beatFailed(String reason);
}

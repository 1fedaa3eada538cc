package org.taskcenter.metrics;

import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.BasicLogger;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface MetricsLog extends BasicLogger {
    MetricsLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), MetricsLog.class, "org.taskcenter.metrics");

    @LogMessage(level = WARN)
    @Message(id = 1000, value = "Cannot count the tasks for /metrics at the moment (%s). Trying on.")
    void cannotLook(String reason);
}

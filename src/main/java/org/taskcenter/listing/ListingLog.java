package org.taskcenter.listing;

import static org.jboss.logging.Logger.Level.WARN;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

@MessageLogger(projectCode = "TC", length = 5)
interface ListingLog {
    ListingLog LOG = Logger.getMessageLogger(MethodHandles.lookup(), ListingLog.class, "org.taskcenter.listing");

    @LogMessage(level = WARN)
    @Message(id = 1200, value = "Cannot add up how many tasks there are; trying on, totals stay exact. (%s)")
    void cannotAddUp(String reason);
}

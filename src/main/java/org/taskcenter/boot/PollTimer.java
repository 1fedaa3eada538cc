package org.taskcenter.boot;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** Tells this member when a round of polling is due. It hands over at once; a timer of the server must not be kept. */
@Singleton
@Startup
@DependsOn("Boot")
@TransactionManagement(TransactionManagementType.BEAN)
public class PollTimer {
    @Resource
    private TimerService timers;

    @Inject
    private Parts parts;

    @PostConstruct
    void start() {
        parts.running().ifPresent(centre -> {
            long interval = centre.settings().pollInterval().toMillis();
            // Kept nowhere: every boot makes its own.
            timers.createIntervalTimer(interval, interval, new TimerConfig(null, false));
        });
    }

    /** A round is due. */
    @Timeout
    void tick() {
        parts.running().ifPresent(centre -> centre.thirdParties().tick());
    }
}

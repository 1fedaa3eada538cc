package org.taskcenter.platform;

import java.time.Duration;

/** How often one task is asked after: new ones at every round, the more seldom the longer nothing happens to them. */
final class Pace {
    private static final long[] QUIET_SECONDS = {600, 3_600, 6 * 3_600};
    private static final int[] ROUNDS = {1, 2, 4, 8};

    private final Duration interval;

    /** @param interval the time from one round to the next */
    Pace(Duration interval) {
        this.interval = interval;
    }

    /** How long after a poll the next one follows, for a task to which nothing has happened for some time. */
    Duration after(Duration quiet) {
        int step = 0;
        while (step < QUIET_SECONDS.length && quiet.toSeconds() >= QUIET_SECONDS[step]) {
            step++;
        }
        return interval.multipliedBy(ROUNDS[step]);
    }
}

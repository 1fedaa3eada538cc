package org.taskcenter.playbook;

import java.time.Duration;

/**
 * How patient a supervisor is.
 *
 * @param stopGrace from SIGTERM to SIGKILL where a run is stopped, has ended, or has used up its time
 * @param lostGrace the same where this member may not work any more
 * @param silence a supervisor that says nothing for so long is killed
 * @param pause before a supervisor that has died is started anew; twice as long each time, up to 32 times this
 */
record Timing(Duration stopGrace, Duration lostGrace, Duration silence, Duration pause) {
    static final Timing USUAL =
            new Timing(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(1));
}

package org.taskcenter.cluster;

import java.util.List;

/** Tells the other members that there is something to do for them; a hint, which may get lost. */
public interface Wakeup {
    /** A cluster of one. */
    Wakeup NOBODY = new Wakeup() {
        @Override
        public void waiting(List<Hint> hints) {
            // Nobody to tell.
        }

        @Override
        public void stopAsked() {
            // Nobody to tell.
        }
    };

    /** Where something waits. */
    record Hint(int lane, int priority) {}

    /** Tasks wait in these lanes, due now. */
    void waiting(List<Hint> hints);

    /** Running tasks have been asked to stop. */
    void stopAsked();
}

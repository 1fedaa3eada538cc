package org.taskcenter.playbook;

import java.util.List;

/** What runs playbooks on this machine. */
public interface Playbooks {
    /**
     * Starts a run and returns without waiting for it.
     *
     * @param listener is told what happens, from one thread at a time
     * @throws Unavailable where nothing can be started at the moment; nothing was
     */
    Running start(Order order, Listener listener) throws Unavailable;

    /** A run that was started. */
    interface Running {
        /**
         * Ends the run: SIGTERM to all its processes, SIGKILL to what is left 10 s later. Returns at once; the listener hears of the
         * end. Does nothing where the run is over. May be called more than once.
         */
        void stop();
    }

    /** Hears what happens in one run. A listener that takes its time slows its run down; nothing piles up. */
    interface Listener {
        /** In the order in which it happened. */
        void happened(List<Event> events);

        /** Once, last, and only when no process of the run is left. */
        void ended(Exit exit);
    }

    /** Nothing can be started at the moment; it is worth another try later. */
    final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        public Unavailable(String reason) {
            super(reason);
        }

        public Unavailable(String reason, Throwable cause) {
            super(reason, cause);
        }
    }
}

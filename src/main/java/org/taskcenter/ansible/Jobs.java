package org.taskcenter.ansible;

import java.util.Map;

/** Starts jobs, each on a thread of its own. */
@FunctionalInterface
public interface Jobs {
    /**
     * Starts a job and returns at once. Never called in a transaction.
     *
     * @param name of the job's description
     * @throws NotStarted and it does not run, or nobody knows
     */
    void start(String name, Map<String, String> parameters) throws NotStarted;

    /** A job could not be started. */
    final class NotStarted extends Exception {
        private static final long serialVersionUID = 1;

        public NotStarted(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }
}

package org.taskcenter.ansible;

/**
 * What a task is about.
 *
 * @param run the run
 * @param idx the one node of a share; {@link #ALL} for the task of a run
 */
record Part(long run, int idx) {
    static final int ALL = -1;

    boolean isShare() {
        return idx != ALL;
    }

    /** As a condition on rows of nodes, with two parameters: the run, and an idx that is looked at in shares alone. */
    String condition() {
        return isShare() ? "run_id = ? and idx = ?" : "run_id = ? and idx > ?";
    }
}

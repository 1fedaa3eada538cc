package org.taskcenter.dispatch;

import java.util.concurrent.Executor;

/**
 * A kind of work this member knows.
 *
 * @param runner who does it
 * @param executor the threads on which its beginnings run
 * @param most how many of its tasks this member works on at once
 * @param steady whether they take long by nature, so that a slow one says nothing about its lane: lanes have the limit they were
 *     made with, or none
 */
public record Kind(Runner runner, Executor executor, int most, boolean steady) {
    /** A kind whose lanes get the more places the quicker they are. */
    public Kind(Runner runner, Executor executor, int most) {
        this(runner, executor, most, false);
    }
}

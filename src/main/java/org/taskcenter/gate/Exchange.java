package org.taskcenter.gate;

/** A request under way. */
public interface Exchange {
    /**
     * Ends it at once as {@link Failure.Kind#STOPPED} and aborts its connection. Does nothing where it has ended.
     * Never blocks.
     */
    void cancel();
}

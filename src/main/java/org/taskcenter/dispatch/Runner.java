package org.taskcenter.dispatch;

import java.util.List;
import java.util.function.Consumer;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;

/** Does the tasks of one kind. */
public interface Runner {
    /** The kind of the tasks it does. */
    String kind();

    /**
     * Begins work on claimed tasks and returns without waiting for it. Each claim is settled exactly once, from any thread,
     * also those whose beginning fails. Where it throws, all of them count as not begun and are done again a little later.
     */
    void run(List<Claim> claims, Consumer<Settlement> settled);

    /**
     * Ends the work on one claim as soon as possible: it is settled soon. Called when {@link #run} has returned for that claim;
     * does nothing where it is settled already. May be called more than once.
     */
    void stop(Claim claim, Why why);

    /**
     * What came of a claim has been stored, or was refused: what its runner has kept for that is free. May be told of claims that
     * this runner does not know. Must not throw.
     */
    default void stored(Claim claim) {}

    /** Why work is stopped. */
    enum Why {
        /** A client or an operator does not want it any more. */
        CANCELLED,
        /** This member must not go on with it; it is done again later. */
        INTERRUPTED
    }
}

package org.taskcenter.dispatch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * What the dispatcher's loop has to do next: what it was told, and the looks it takes by itself. All methods want the lock to be
 * held.
 */
final class Agenda {
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Where much is under way, claims are made at this pace, so that each fills many of the places that become free. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    /** Looks never use more than one part of so many of the time. */
    private static final int SELDOM = 20;

    private final Condition news;
    private boolean told;
    private boolean lookWanted = true;
    private boolean stopsWanted;
    private long nextLook;
    private long earliestLook;
    private long earliestClaim;

    Agenda(Lock lock, long now) {
        this.news = lock.newCondition();
        this.nextLook = now;
        this.earliestLook = now;
        this.earliestClaim = now;
    }

    /** Something has changed that a claim may follow from. */
    void tell() {
        if (!told) {
            told = true;
            news.signal();
        }
    }

    /** There may be more to claim at once. */
    void goOn() {
        told = true;
    }

    void wantLook() {
        lookWanted = true;
    }

    void wantStops() {
        stopsWanted = true;
    }

    /**
     * Waits until there is something to do.
     *
     * @param nanosToDue when the next task comes due that is known of
     * @param work a claim waits its turn while much of it is under way
     */
    void await(long nanosToDue, Work work) throws InterruptedException {
        long wait = Math.min(Math.min(nanosToDue, LOOK_NANOS), lookDue() - System.nanoTime());
        while (!told && wait > 0) {
            wait = news.awaitNanos(wait);
        }
        long pause = earliestClaim - System.nanoTime();
        while (work.running() > Admission.BUSY && pause > 0) {
            pause = news.awaitNanos(pause);
        }
        told = false;
    }

    private long lookDue() {
        return lookWanted ? earliestLook : nextLook;
    }

    /**
     * Whether a look at the store is due, which is then taken.
     *
     * @param held whether there is anything whose stop may have been asked for unheard
     */
    boolean takeLook(long now, boolean held) {
        boolean due = now - lookDue() >= 0;
        lookWanted &= !due;
        stopsWanted |= due && held;
        return due;
    }

    /** Whether stops have been asked for, which are then looked for. */
    boolean takeStops() {
        boolean wanted = stopsWanted;
        stopsWanted = false;
        return wanted;
    }

    /**
     * A look is over.
     *
     * @param took how long it took, in ns: one that takes long is taken more seldom
     * @param more whether it has not seen everything
     */
    void looked(long now, long took, boolean more) {
        earliestLook = now + SELDOM * took;
        nextLook = more ? earliestLook : earliestLook + LOOK_NANOS;
    }

    void claimed(long now) {
        earliestClaim = now + PACE_NANOS;
    }
}

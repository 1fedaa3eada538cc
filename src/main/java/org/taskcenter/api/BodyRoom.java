package org.taskcenter.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.taskcenter.push.Budget;

/**
 * Memory for bodies, of all requests together: for those that are waited for, which take it before they are read, and for
 * those that are handled. Small ones are not counted by their bytes: they are few enough by their number.
 */
@ApplicationScoped
public class BodyRoom {
    /** Longer bodies are waited for only where there is room for them. */
    static final int SMALL = 64 * 1024;

    /** Longer bodies are handled only where there is room for them. */
    private static final int TINY = 16 * 1024;

    private static final int SHARE_FOR_WAITING = 12;

    /** The longest message of a length that was not told has room in the half that is one account's. */
    private static final long LEAST_FOR_WAITING = 4L * BodyLimits.MESSAGE;

    /** While it is handled, a body takes some six times its length. */
    private static final int SHARE_FOR_HANDLING = 16;

    private static final int MOST_WAITED_FOR = 64;
    private static final int MOST_OF_ONE_ACCOUNT = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int UNIT = 1024;

    private final SlowBodies large = new SlowBodies(MOST_WAITED_FOR, MOST_OF_ONE_ACCOUNT);
    private final Budget waiting;
    private final Semaphore handling;
    private final Duration patience;

    /** Of this program's memory. */
    public BodyRoom() {
        this(Runtime.getRuntime().maxMemory(), PATIENCE);
    }

    /**
     * @param memory how many bytes of memory the program has
     * @param patience how long a body waits for room
     */
    public BodyRoom(long memory, Duration patience) {
        this.patience = patience;
        this.waiting = new Budget(Math.max(memory / SHARE_FOR_WAITING, LEAST_FOR_WAITING));
        long bytes = Math.max(memory / SHARE_FOR_HANDLING, BodyLimits.MESSAGE + SMALL);
        this.handling = new Semaphore((int) Math.min(bytes / UNIT, Integer.MAX_VALUE), true);
    }

    /** Room for a body that is waited for; to be given back in the end. */
    public Arrival arrival(String account) {
        return new Arrival(account);
    }

    /**
     * Takes room for handling a body, as soon as there is some; then {@link #leave} has to follow.
     *
     * @return false where there is none for too long
     */
    public boolean enter(int length) {
        try {
            return length <= TINY || handling.tryAcquire(units(length), patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A body of this length is handled. */
    public void leave(int length) {
        if (length > TINY) {
            handling.release(units(length));
        }
    }

    private static int units(int length) {
        return length / UNIT + 1;
    }

    /** What a body takes that is waited for, and until it is read by whoever handles it. */
    public final class Arrival implements BodyReader.Room {
        private final String account;
        private long taken;
        private boolean isWaitedFor;

        private Arrival(String account) {
            this.account = account;
        }

        @Override
        public boolean grow(int length) {
            if (length <= SMALL) {
                return true;
            }
            if (!isWaitedFor && !large.enter(account)) {
                return false;
            }
            isWaitedFor = true;
            try {
                if (!waiting.take(account, length - taken, patience)) {
                    return false;
                }
                taken = length;
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** Nothing more of it will come. */
        void arrived() {
            if (isWaitedFor) {
                isWaitedFor = false;
                large.leave(account);
            }
        }

        /** It has been read, or will not be. May be called more than once. */
        void giveBack() {
            if (taken > 0) {
                waiting.giveBack(account, taken);
                taken = 0;
            }
        }
    }
}

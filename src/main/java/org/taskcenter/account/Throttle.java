package org.taskcenter.account;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits how many tokens can be tried from one place: {@link #BURST} at once, and then one a second. A token that was right
 * from there before is always let through, so who shares a place with somebody that guesses is not locked out.
 */
final class Throttle {
    static final int BURST = 100;
    static final int MOST_PLACES = 10_000;
    private static final int MOST_FAMILIAR = 20_000;
    private static final long REFILL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;

    /** By network. Who has not failed lately has none. */
    private final Map<String, Tries> places = new ConcurrentHashMap<>();

    /** For all places that there is no room for. */
    private final Tries elsewhere;

    private final Set<Familiar> familiar = ConcurrentHashMap.newKeySet();
    private volatile long swept;

    Throttle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.elsewhere = new Tries(nanoTime.getAsLong());
        this.swept = nanoTime.getAsLong();
    }

    /** Whether this token was right from there before. */
    boolean isFamiliar(String hash, ClientAddress from) {
        return familiar.contains(new Familiar(hash, from.network()));
    }

    /** Begins a try from there; false where there were too many. Where the token is right, {@link #right} follows. */
    boolean mayTry(ClientAddress from) {
        return tries(from).take(from);
    }

    /** The token of the try was right, or could not be judged. */
    void takeBack(ClientAddress from) {
        tries(from).give();
    }

    /** From now on this token is let through from there. */
    void right(String hash, ClientAddress from) {
        takeBack(from);
        if (familiar.size() >= MOST_FAMILIAR) {
            familiar.clear();
        }
        familiar.add(new Familiar(hash, from.network()));
    }

    /** The token is right no more. */
    void wrong(String hash, ClientAddress from) {
        familiar.remove(new Familiar(hash, from.network()));
    }

    int places() {
        return places.size();
    }

    private Tries tries(ClientAddress from) {
        Tries known = places.get(from.network());
        if (known != null) {
            return known;
        }
        if (places.size() >= MOST_PLACES) {
            sweep();
            if (places.size() >= MOST_PLACES) {
                return elsewhere;
            }
        }
        return places.computeIfAbsent(from.network(), network -> new Tries(nanoTime.getAsLong()));
    }

    private void sweep() {
        long now = nanoTime.getAsLong();
        if (now - swept >= SWEEP_NANOS) {
            swept = now;
            places.values().removeIf(tries -> tries.isFull(now));
        }
    }

    /** A token and a place that it was right from. */
    private record Familiar(String hash, String network) {}

    /** What is left to one place. */
    private final class Tries {
        private long left = BURST;
        private long filledAt;
        private long toldAt;

        Tries(long now) {
            filledAt = now;
            toldAt = now - TELL_NANOS;
        }

        synchronized boolean take(ClientAddress from) {
            long now = nanoTime.getAsLong();
            fill(now);
            if (left > 0) {
                left--;
                return true;
            }
            if (now - toldAt >= TELL_NANOS) {
                toldAt = now;
                AccountLog.LOG.tooManyFailures(from.text());
            }
            return false;
        }

        synchronized void give() {
            left = Math.min(BURST, left + 1);
        }

        synchronized boolean isFull(long now) {
            fill(now);
            return left == BURST;
        }

        private void fill(long now) {
            long due = (now - filledAt) / REFILL_NANOS;
            left = Math.min(BURST, left + due);
            filledAt += due * REFILL_NANOS;
        }
    }
}

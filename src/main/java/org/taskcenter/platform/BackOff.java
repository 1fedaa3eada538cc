package org.taskcenter.platform;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Which channels fail, and so are left alone for a while that doubles with every failure. */
final class BackOff {
    private static final int MOST_DOUBLINGS = 10;

    private final Duration first;
    private final Duration most;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Long, Failing> failing = new ConcurrentHashMap<>();

    private record Failing(int times, long until) {}

    /** @param nanoTime a clock as {@link System#nanoTime()} */
    BackOff(Duration first, Duration most, LongSupplier nanoTime) {
        this.first = first;
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /**
     * @param asked how long the channel asks to be left alone, or null
     * @return whether it worked before
     */
    boolean failed(long channel, Duration asked) {
        Failing now = failing.compute(channel, (id, before) -> {
            int times = before == null ? 1 : before.times() + 1;
            Duration pause = first.multipliedBy(1L << Math.min(times - 1, MOST_DOUBLINGS));
            if (asked != null && asked.compareTo(pause) > 0) {
                pause = asked.compareTo(most) > 0 ? most : asked;
            }
            long nanos = Math.min(pause.toNanos(), most.toNanos());
            return new Failing(times, nanoTime.getAsLong() + nanos);
        });
        return now.times() == 1;
    }

    void succeeded(long channel) {
        failing.remove(channel);
    }

    boolean isBackingOff(long channel) {
        Failing failed = failing.get(channel);
        return failed != null && failed.until() - nanoTime.getAsLong() > 0;
    }

    /** How often each failing channel has failed since it last succeeded. */
    Map<Long, Integer> failures() {
        return failing.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().times()));
    }
}

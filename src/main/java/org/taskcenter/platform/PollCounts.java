package org.taskcenter.platform;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** How many polls went how, by channel. */
public final class PollCounts {
    private final ConcurrentMap<Poll, LongAdder> counts = new ConcurrentHashMap<>();

    /**
     * A way a poll can go.
     *
     * @param result answered, failed (no answer, or one that refuses), or unreadable (what it says of one task makes no sense)
     */
    public record Poll(long channel, String result) {}

    void answered(long channel) {
        add(channel, "answered");
    }

    void failed(long channel) {
        add(channel, "failed");
    }

    void unreadable(long channel) {
        add(channel, "unreadable");
    }

    private void add(long channel, String result) {
        counts.computeIfAbsent(new Poll(channel, result), poll -> new LongAdder())
                .increment();
    }

    Map<Poll, Long> all() {
        Map<Poll, Long> all =
                new TreeMap<>(Comparator.comparingLong(Poll::channel).thenComparing(Poll::result));
        counts.forEach((poll, count) -> all.put(poll, count.sum()));
        return all;
    }
}

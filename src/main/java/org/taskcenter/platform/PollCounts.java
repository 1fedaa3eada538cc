package org.taskcenter.platform;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** How many polls went how, by channel. */
final class PollCounts {
    private final ConcurrentMap<String, LongAdder> counts = new ConcurrentHashMap<>();

    void answered(long channel) {
        add(channel, "answered");
    }

    /** No answer, or one that refuses. */
    void failed(long channel) {
        add(channel, "failed");
    }

    /** What it says of one task makes no sense. */
    void unreadable(long channel) {
        add(channel, "unreadable");
    }

    private void add(long channel, String result) {
        counts.computeIfAbsent(channel + " " + result, poll -> new LongAdder()).increment();
    }

    /** By channel and result, with a blank between them. */
    Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((poll, count) -> all.put(poll, count.sum()));
        return all;
    }
}

package org.taskcenter.gate;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts refused targets by why; the reasons are a few words of ours and hold nothing of the target. */
final class Refusals {
    /** The URL cannot be called as it is written. */
    static final String URL = "a malformed URL";
    /** The host name led to nothing but forbidden addresses. */
    static final String NAME = "a host name that leads to forbidden addresses";

    private final ConcurrentMap<String, LongAdder> counts = new ConcurrentHashMap<>();

    Refusals() {
        counts.put(URL, new LongAdder());
        counts.put(NAME, new LongAdder());
    }

    void count(String reason) {
        counts.computeIfAbsent(reason, word -> new LongAdder()).increment();
    }

    Map<String, Long> counts() {
        Map<String, Long> now = new TreeMap<>();
        counts.forEach((reason, count) -> now.put(reason, count.sum()));
        return now;
    }
}

package org.taskcenter.account;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** How many tokens were refused here, by why. */
final class Refusals {
    private static final Map<Access, String> WORDS = Map.of(
            Access.UNKNOWN, "unknown",
            Access.EXPIRED, "expired",
            Access.DISABLED, "disabled",
            Access.THROTTLED, "throttled",
            Access.UNAVAILABLE, "unavailable");

    private final Map<Access, LongAdder> counts = Map.of(
            Access.UNKNOWN, new LongAdder(),
            Access.EXPIRED, new LongAdder(),
            Access.DISABLED, new LongAdder(),
            Access.THROTTLED, new LongAdder(),
            Access.UNAVAILABLE, new LongAdder());

    /** Counts it, if it is a refusal of a token; returns it. */
    Access counted(Access access) {
        LongAdder count = counts.get(access);
        if (count != null) {
            count.increment();
        }
        return access;
    }

    /** All of them, those that have not happened among them. */
    Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((access, count) -> all.put(WORDS.get(access), count.sum()));
        return all;
    }
}

package org.taskcenter.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a {@link StubTarget} remembers: the latest requests within a budget, and a count for each Idempotency-Key. */
final class Records {

    private final Deque<Received> latest = new ArrayDeque<>();
    private final Map<String, Integer> byKey = new ConcurrentHashMap<>();
    private final long budget;
    private long size;

    /** @param budget bytes of heads and bodies to keep */
    Records(long budget) {
        this.budget = budget;
    }

    void add(Received request) {
        request.header("Idempotency-Key").ifPresent(key -> byKey.merge(key, 1, Integer::sum));
        synchronized (latest) {
            latest.add(request);
            size += request.size();
            while (size > budget) {
                size -= latest.remove().size();
            }
        }
    }

    List<Received> latest() {
        synchronized (latest) {
            return List.copyOf(latest);
        }
    }

    Map<String, Integer> byKey() {
        return Map.copyOf(byKey);
    }
}

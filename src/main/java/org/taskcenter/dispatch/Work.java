package org.taskcenter.dispatch;

import java.util.HashMap;
import java.util.Map;
import org.taskcenter.task.Claim;

/** What this member has in its hands, and how many places that takes. Not safe for use by several threads. */
final class Work {
    private static final int MOST_IDLE_WINDOWS = 10_000;

    private final int laneMost;
    private final Map<Long, Item> items = new HashMap<>();
    private final Map<Integer, Window> windows = new HashMap<>();
    private final Map<String, Integer> byKind = new HashMap<>();
    private final Map<Client, Integer> byClient = new HashMap<>();

    private record Client(String kind, String name) {}

    /** A claim in hand. */
    static final class Item {
        final Claim claim;
        final long begun;
        /** Whether its work is over and only its settlement is to come. */
        boolean done;

        Item(Claim claim, long begun) {
            this.claim = claim;
            this.begun = begun;
        }
    }

    Work(int laneMost) {
        this.laneMost = laneMost;
    }

    void begin(Claim claim, long nowNanos) {
        items.put(claim.id(), new Item(claim, nowNanos));
        window(claim.lane()).begun();
        byKind.merge(claim.kind(), 1, Integer::sum);
        byClient.merge(new Client(claim.kind(), claim.client()), 1, Integer::sum);
    }

    /** The work on a claim is over: its place is free, its settlement is on its way. */
    void done(Claim claim, long nowNanos) {
        Item item = items.get(claim.id());
        if (item == null || item.done || item.claim.epoch() != claim.epoch()) {
            return;
        }
        item.done = true;
        Window window = window(claim.lane());
        window.done(nowNanos - item.begun);
        if (window.running() == 0 && windows.size() > MOST_IDLE_WINDOWS) {
            windows.remove(claim.lane());
        }
        byKind.merge(claim.kind(), -1, Integer::sum);
        byClient.computeIfPresent(
                new Client(claim.kind(), claim.client()), (client, count) -> count == 1 ? null : count - 1);
    }

    /** The claim is settled, or lost. */
    void forget(Claim claim, long nowNanos) {
        done(claim, nowNanos);
        Item item = items.get(claim.id());
        if (item != null && item.claim.epoch() == claim.epoch()) {
            items.remove(claim.id());
        }
    }

    /** The claim on a task whose work is not over, or null. */
    Claim unfinished(long task) {
        Item item = items.get(task);
        return item == null || item.done ? null : item.claim;
    }

    Iterable<Item> items() {
        return items.values();
    }

    boolean holds(long task) {
        return items.containsKey(task);
    }

    /** How many are being worked on. */
    int running() {
        return byKind.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many are being worked on or being settled. */
    int held() {
        return items.size();
    }

    int runningOf(String kind) {
        return byKind.getOrDefault(kind, 0);
    }

    int runningFor(String kind, String client) {
        return byClient.getOrDefault(new Client(kind, client), 0);
    }

    int room(int lane) {
        Window window = windows.get(lane);
        return window == null ? Math.min(Window.FIRST, laneMost) : window.room();
    }

    private Window window(int lane) {
        return windows.computeIfAbsent(lane, number -> new Window(laneMost));
    }
}

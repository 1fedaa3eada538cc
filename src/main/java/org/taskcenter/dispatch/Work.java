package org.taskcenter.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.taskcenter.task.Claim;

/** What this member has in its hands, and how many places that takes. */
final class Work {
    private static final int MOST_IDLE_WINDOWS = 10_000;

    private final IntFunction<Window> newWindow;
    private final Map<Long, Item> items = new HashMap<>();
    private final Map<Integer, Window> windows = new HashMap<>();
    private final Map<String, Integer> byKind = new HashMap<>();
    private final Map<Client, Integer> byClient = new HashMap<>();
    private int running;

    private record Client(String kind, String name) {}

    /** A claim in hand. */
    private static final class Item {
        final Claim claim;
        final long begun;
        /** Why it is to be stopped, or null. */
        Runner.Why stop;
        /** Whether its runner knows it, and so can stop it. */
        boolean handedOver;
        /** Whether its work is over and only its settlement is to come. */
        boolean done;

        Item(Claim claim, long begun) {
            this.claim = claim;
            this.begun = begun;
        }
    }

    /** @param newWindow the window that a lane begins with */
    Work(IntFunction<Window> newWindow) {
        this.newWindow = newWindow;
    }

    synchronized void begin(Claim claim, long nowNanos) {
        Item earlier = items.get(claim.id());
        if (earlier != null) {
            // This member has lost it and claimed it anew before the runner gave up the lost claim.
            done(earlier.claim, nowNanos, false);
        }
        items.put(claim.id(), new Item(claim, nowNanos));
        window(claim.lane()).begun();
        running++;
        byKind.merge(claim.kind(), 1, Integer::sum);
        byClient.merge(new Client(claim.kind(), claim.client()), 1, Integer::sum);
    }

    /**
     * The work on a claim is over: its place is free, its settlement is on its way.
     *
     * @param answered whether its target said anything
     */
    synchronized void done(Claim claim, long nowNanos, boolean answered) {
        Item item = item(claim);
        if (item == null || item.done) {
            return;
        }
        window(claim.lane()).done(nowNanos - item.begun, answered);
        free(item);
    }

    /** A claim is not worked on after all, which says nothing about its target. */
    synchronized void withdraw(Claim claim) {
        Item item = item(claim);
        if (item != null && !item.done) {
            window(claim.lane()).withdrawn();
            free(item);
            items.remove(claim.id());
        }
    }

    private void free(Item item) {
        Claim claim = item.claim;
        item.done = true;
        if (window(claim.lane()).running() == 0 && windows.size() > MOST_IDLE_WINDOWS) {
            windows.remove(claim.lane());
        }
        running--;
        byKind.merge(claim.kind(), -1, Integer::sum);
        byClient.computeIfPresent(
                new Client(claim.kind(), claim.client()), (client, count) -> count == 1 ? null : count - 1);
    }

    /** The claim is settled, or lost. */
    synchronized void forget(Claim claim, long nowNanos) {
        done(claim, nowNanos, false);
        if (item(claim) != null) {
            items.remove(claim.id());
        }
    }

    /** Marks a task to be stopped; returns its claim if its runner is to be told now, else null. */
    synchronized Claim stop(long task, Runner.Why why) {
        Item item = items.get(task);
        if (item == null || item.done) {
            return null;
        }
        item.stop = why;
        return item.handedOver ? item.claim : null;
    }

    /** Marks everything to be stopped that is not marked yet; returns those whose runners are to be told now. */
    synchronized List<Claim> interruptAll() {
        List<Claim> claims = new ArrayList<>();
        for (Item item : items.values()) {
            if (!item.done && item.stop != Runner.Why.INTERRUPTED) {
                item.stop = Runner.Why.INTERRUPTED;
                if (item.handedOver) {
                    claims.add(item.claim);
                }
            }
        }
        return claims;
    }

    /** Those of the claims that are to be stopped. */
    synchronized List<Claim> toStop(List<Claim> claims) {
        return claims.stream().filter(claim -> why(claim) != null).toList();
    }

    /** Their runner knows these now; returns those that it is to stop at once. */
    synchronized List<Claim> handedOver(List<Claim> claims) {
        for (Claim claim : claims) {
            Item item = item(claim);
            if (item != null) {
                item.handedOver = true;
            }
        }
        return toStop(claims);
    }

    /** Why a claim is to be stopped; null where it is not, or is over. */
    synchronized Runner.Why why(Claim claim) {
        Item item = item(claim);
        return item == null || item.done ? null : item.stop;
    }

    private Item item(Claim claim) {
        Item item = items.get(claim.id());
        return item != null && item.claim.epoch() == claim.epoch() ? item : null;
    }

    synchronized boolean holds(Claim claim) {
        return item(claim) != null;
    }

    synchronized boolean holds(long task) {
        return items.containsKey(task);
    }

    /** The tasks in hand. */
    synchronized Set<Long> tasks() {
        return new HashSet<>(items.keySet());
    }

    /** How many are being worked on. */
    synchronized int running() {
        return running;
    }

    /** How many are being worked on or being settled. */
    synchronized int held() {
        return items.size();
    }

    synchronized int runningOf(String kind) {
        return byKind.getOrDefault(kind, 0);
    }

    synchronized int runningFor(String kind, String client) {
        return byClient.getOrDefault(new Client(kind, client), 0);
    }

    synchronized int room(int lane) {
        Window window = windows.get(lane);
        return window == null ? newWindow.apply(lane).room() : window.room();
    }

    /** How many lanes it has an opinion of. */
    synchronized int windows() {
        return windows.size();
    }

    private Window window(int lane) {
        return windows.computeIfAbsent(lane, newWindow::apply);
    }
}

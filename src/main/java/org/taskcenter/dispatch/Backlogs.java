package org.taskcenter.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * What this member knows of where tasks wait. It is a set of hints: too much in it costs an empty claim, too little is found
 * by the next look at the store.
 *
 * <p>Not safe for use by several threads.
 */
final class Backlogs {
    /** Where tasks wait. */
    record Place(int lane, int priority) {}

    private static final class Ready {
        final Place place;
        /** Changes with every hint, so that one that comes during a claim is not lost. */
        long version;

        Ready(Place place) {
            this.place = place;
        }
    }

    private record Later(Place place, long dueNanos) {}

    /** Looks at the same task differ by about a millisecond in when it is due. */
    private static final long SAME_NANOS = 5_000_000;

    private static final int MOST_OUTDATED = 1_000;

    /** By lane, the highest priority first. */
    private final Map<Integer, TreeMap<Integer, Ready>> ready = new HashMap<>();

    private final Map<Place, Long> laterDue = new HashMap<>();
    private final PriorityQueue<Later> later =
            new PriorityQueue<>(Comparator.comparingLong((Later item) -> item.dueNanos()));
    private long versions;

    /** Tasks wait here that are due at {@code dueNanos} by {@link System#nanoTime()}. */
    void add(Place place, long dueNanos, long nowNanos) {
        if (dueNanos - nowNanos <= 0) {
            Ready entry = ready.computeIfAbsent(place.lane(), lane -> new TreeMap<>(Comparator.reverseOrder()))
                    .computeIfAbsent(place.priority(), priority -> new Ready(place));
            entry.version = ++versions;
            return;
        }
        Long known = laterDue.get(place);
        if (known == null || dueNanos - known < -SAME_NANOS) {
            laterDue.put(place, dueNanos);
            later.add(new Later(place, dueNanos));
            if (later.size() > 2 * laterDue.size() + MOST_OUTDATED) {
                later.removeIf(item -> laterDue.get(item.place()) != item.dueNanos());
            }
        }
    }

    /** The highest priority of each lane in which tasks are due. */
    List<Place> due(long nowNanos) {
        while (!later.isEmpty() && later.peek().dueNanos() - nowNanos <= 0) {
            Later item = later.poll();
            if (laterDue.remove(item.place(), item.dueNanos())) {
                add(item.place(), nowNanos, nowNanos);
            }
        }
        List<Place> places = new ArrayList<>(ready.size());
        for (TreeMap<Integer, Ready> priorities : ready.values()) {
            places.add(priorities.firstEntry().getValue().place);
        }
        return places;
    }

    /** When the next ones come due, or {@code Long.MAX_VALUE} from now where none are known. */
    long nanosToNext(long nowNanos) {
        return later.isEmpty() ? Long.MAX_VALUE : Math.max(0, later.peek().dueNanos() - nowNanos);
    }

    /** How many places and times are remembered for later. */
    int remembered() {
        return later.size();
    }

    /** The present version of what is known, to be handed to {@link #exhausted}. */
    long version() {
        return versions;
    }

    /** A claim that began at {@code version} found less than it asked for. */
    void exhausted(Place place, long version) {
        TreeMap<Integer, Ready> priorities = ready.get(place.lane());
        if (priorities == null) {
            return;
        }
        Ready entry = priorities.get(place.priority());
        if (entry != null && entry.version <= version) {
            priorities.remove(place.priority());
            if (priorities.isEmpty()) {
                ready.remove(place.lane());
            }
        }
    }
}

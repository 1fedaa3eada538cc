package org.taskcenter.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/**
 * What this member knows of where tasks wait. It is a set of hints: too much in it costs an empty claim, too little is found
 * by the next look at the store.
 *
 * <p>Not safe for use by several threads.
 */
final class Backlogs {
    /** Looks at the same task differ by about a millisecond in when it is due. */
    private static final long SAME_NANOS = 5_000_000;

    private static final int MOST_OUTDATED = 1_000;
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** What is due later than this is looked after again then: nanoseconds do not count every time that can be asked for. */
    private static final Duration FAR_OFF = Duration.ofDays(1);

    /** Where tasks wait. */
    record Place(int lane, int priority) {}

    private record Later(String kind, String client, Place place, long dueNanos) {}

    /** The priorities in which tasks of one lane are due, the highest first, each with the version of the last hint. */
    private static final class Ready {
        final String client;
        final TreeMap<Integer, Long> versions = new TreeMap<>(Comparator.reverseOrder());

        Ready(String client) {
            this.client = client;
        }
    }

    /** By kind and lane; who was asked after last stands last. */
    private final Map<String, LinkedHashMap<Integer, Ready>> ready = new HashMap<>();

    private final Map<Place, Long> laterDue = new HashMap<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>((one, other) ->
            // By their difference: these numbers may overflow.
            Long.signum(one.dueNanos() - other.dueNanos()));
    /** Grows with every hint, so that one that comes during a claim is not lost. */
    private long version;

    /** Tasks wait here that are due after {@code delay}, by the database's clock. */
    void add(String kind, String client, Place place, Duration delay, long nowNanos) {
        // A moment later than it seems, so that it is due by the database's clock, too.
        long nanos = delay.isZero() || delay.isNegative()
                ? 0
                : (delay.compareTo(FAR_OFF) < 0 ? delay : FAR_OFF).toNanos() + MOMENT_NANOS;
        add(kind, client, place, nowNanos + nanos, nowNanos);
    }

    /** Tasks wait here that are due at {@code dueNanos} by {@link System#nanoTime()}. */
    void add(String kind, String client, Place place, long dueNanos, long nowNanos) {
        if (dueNanos - nowNanos <= 0) {
            ready.computeIfAbsent(kind, name -> new LinkedHashMap<>())
                    .computeIfAbsent(place.lane(), lane -> new Ready(client))
                    .versions
                    .put(place.priority(), ++version);
            return;
        }
        Long known = laterDue.get(place);
        if (known == null || dueNanos - known < -SAME_NANOS) {
            laterDue.put(place, dueNanos);
            later.add(new Later(kind, client, place, dueNanos));
            if (later.size() > 2 * laterDue.size() + MOST_OUTDATED) {
                later.removeIf(item -> laterDue.get(item.place()) != item.dueNanos());
            }
        }
    }

    /** What was to come later and is due by now counts from here on. */
    void comeDue(long nowNanos) {
        while (!later.isEmpty() && later.peek().dueNanos() - nowNanos <= 0) {
            Later item = later.poll();
            if (laterDue.remove(item.place(), item.dueNanos())) {
                add(item.kind(), item.client(), item.place(), nowNanos, nowNanos);
            }
        }
    }

    /**
     * Lanes of a kind in which tasks are due, each with the highest priority of these. Where there are more lanes than asked
     * for, others come next time.
     *
     * @param most how many lanes at most
     * @param room how many tasks of a lane could be begun; lanes without room are left out
     */
    List<FairShare.Wanting> next(String kind, int most, IntUnaryOperator room) {
        LinkedHashMap<Integer, Ready> lanes = ready.getOrDefault(kind, new LinkedHashMap<>());
        List<FairShare.Wanting> found = new ArrayList<>(Math.min(most, lanes.size()));
        List<Integer> seen = new ArrayList<>();
        for (Map.Entry<Integer, Ready> each : lanes.entrySet()) {
            if (found.size() == most) {
                break;
            }
            int lane = each.getKey();
            seen.add(lane);
            int places = room.applyAsInt(lane);
            if (places > 0) {
                Ready entry = each.getValue();
                found.add(new FairShare.Wanting(lane, entry.versions.firstKey(), entry.client, places));
            }
        }
        if (seen.size() < lanes.size()) {
            seen.forEach(lane -> lanes.put(lane, lanes.remove(lane)));
        }
        return found;
    }

    /** Whether tasks of a kind are known to be due. */
    boolean has(String kind) {
        return ready.containsKey(kind) && !ready.get(kind).isEmpty();
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
        return version;
    }

    /** A claim that began at {@code begun} found less than it asked for. */
    void exhausted(Place place, long begun) {
        for (LinkedHashMap<Integer, Ready> lanes : ready.values()) {
            Ready entry = lanes.get(place.lane());
            if (entry != null && entry.versions.getOrDefault(place.priority(), Long.MAX_VALUE) <= begun) {
                entry.versions.remove(place.priority());
                if (entry.versions.isEmpty()) {
                    lanes.remove(place.lane());
                }
            }
        }
    }
}

package org.taskcenter.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The open tasks that this member asks after, by channel, and when each is to be asked after next. In memory alone. */
final class Book {
    private final Map<Long, Map<Long, Open>> channels = new HashMap<>();

    /** Takes a task, unless it is here; with another name at the third party it is another one. */
    synchronized void add(Open open) {
        Map<Long, Open> tasks = channels.computeIfAbsent(open.channel, channel -> new HashMap<>());
        Open known = tasks.get(open.id);
        if (known == null || !known.upstreamId.equals(open.upstreamId)) {
            tasks.put(open.id, open);
        }
    }

    /** From now on it holds these alone; what it knows of those it had already stays. */
    synchronized void replace(Collection<Open> all) {
        Map<Long, Set<Long>> wanted = new HashMap<>();
        for (Open open : all) {
            add(open);
            wanted.computeIfAbsent(open.channel, channel -> new HashSet<>()).add(open.id);
        }
        channels.forEach((channel, tasks) -> tasks.keySet().retainAll(wanted.getOrDefault(channel, Set.of())));
        channels.values().removeIf(Map::isEmpty);
    }

    synchronized List<Long> channels() {
        return List.copyOf(channels.keySet());
    }

    /** How many tasks of each channel are open. */
    synchronized Map<Long, Integer> sizes() {
        Map<Long, Integer> sizes = new TreeMap<>();
        channels.forEach((channel, tasks) -> sizes.put(channel, tasks.size()));
        return sizes;
    }

    /** The tasks of a channel that are due until {@code now}, those that have waited longest first. */
    synchronized List<Open> due(long channel, long now) {
        List<Open> due = new ArrayList<>();
        for (Open open : channels.getOrDefault(channel, Map.of()).values()) {
            if (open.nextPoll - now <= 0) {
                due.add(open);
            }
        }
        due.sort(Comparator.comparingLong((Open open) -> open.nextPoll - now).thenComparingLong(open -> open.id));
        return due;
    }

    /** They were asked after: the next time is some time from now. */
    synchronized void asked(Collection<Open> tasks, long now, Pace pace) {
        for (Open open : tasks) {
            open.nextPoll =
                    now + pace.after(Duration.ofNanos(now - open.lastNews)).toNanos();
        }
    }

    /** They are left alone until then. */
    synchronized void postpone(Collection<Open> tasks, long until) {
        tasks.forEach(open -> open.nextPoll = until);
    }

    /** Something new was seen of a task. */
    synchronized void news(Open open, long seen, long now) {
        open.seen = seen;
        open.lastNews = now;
    }

    /** A task was seen as it is stored. */
    synchronized void seen(Open open, long seen) {
        open.seen = seen;
    }

    /** What was last seen of it. */
    synchronized long seenOf(Open open) {
        return open.seen;
    }

    /** Nobody asks after these any more. */
    synchronized void forget(Collection<Open> tasks) {
        for (Open open : tasks) {
            Map<Long, Open> ofChannel = channels.get(open.channel);
            if (ofChannel != null) {
                ofChannel.remove(open.id, open);
                if (ofChannel.isEmpty()) {
                    channels.remove(open.channel);
                }
            }
        }
    }

    synchronized void forgetChannel(long channel) {
        channels.remove(channel);
    }
}

package org.taskcenter.platform;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.taskcenter.call.Sender;
import org.taskcenter.upstream.Upstream;
import org.taskcenter.upstream.Upstreams;

/** What the rounds of all channels share: the way out, the places for answers, and what was learnt of each channel. */
final class ChannelRounds {
    /** An answer may be long; so many are in memory at a time at most. */
    private static final int MOST_AT_ONCE = 32;

    private final Upstreams upstreams;
    private final Sender sender;
    private final Executor executor;
    private final PollResults results;
    private final Book book;
    private final BackOff backOff;
    private final Pace pace;
    private final Duration interval;
    private final Clock clock;
    private final PollCounts counts;
    private final Places places = new Places(MOST_AT_ONCE);
    private final ConcurrentMap<Long, Integer> batches = new ConcurrentHashMap<>();
    private final Set<Long> told = ConcurrentHashMap.newKeySet();

    ChannelRounds(
            Upstreams upstreams,
            Sender sender,
            Executor executor,
            PollResults results,
            Book book,
            BackOff backOff,
            Duration interval,
            Clock clock,
            PollCounts counts) {
        this.upstreams = upstreams;
        this.sender = sender;
        this.executor = executor;
        this.results = results;
        this.book = book;
        this.backOff = backOff;
        this.pace = new Pace(interval);
        this.interval = interval;
        this.clock = clock;
        this.counts = counts;
    }

    ChannelRound of(Upstream channel, Platform platform, List<Open> due) throws SQLException {
        String key = upstreams.key(channel).orElse("");
        int size = Math.max(1, Math.min(platform.mostIds(), batches.getOrDefault(channel.id(), platform.mostIds())));
        return new ChannelRound(this, channel, platform, key, due, size);
    }

    Sender sender() {
        return sender;
    }

    Executor executor() {
        return executor;
    }

    PollResults results() {
        return results;
    }

    Clock clock() {
        return clock;
    }

    PollCounts counts() {
        return counts;
    }

    Places places() {
        return places;
    }

    /** These have been asked after, with whatever came of it. */
    void asked(List<Open> tasks) {
        book.asked(tasks, System.nanoTime(), pace);
    }

    /** What this task's channel says of it cannot be read: it is asked after more seldom. */
    void unreadable(List<Open> task) {
        book.postpone(task, System.nanoTime() + 8 * interval.toNanos());
    }

    void worked(long channel, int most) {
        batches.computeIfPresent(channel, (id, size) -> size * 2 >= most ? null : size * 2);
        backOff.succeeded(channel);
        if (told.remove(channel)) {
            PlatformLog.LOG.pollsWork(channel);
        }
    }

    /** The channel took too long: fewer are asked after at a time. */
    void slow(long channel, int size) {
        batches.put(channel, Math.max(1, size / 2));
    }

    void failed(long channel, String reason, Duration asked) {
        backOff.failed(channel, asked);
        if (told.add(channel)) {
            PlatformLog.LOG.pollsFail(channel, reason);
        }
    }

    /** It cannot even be asked, by what is stored of it. */
    void unusable(long channel, String reason) {
        counts.failed(channel);
        failed(channel, reason, null);
    }

    /** It is deleted, and its open tasks cannot be ended. */
    void cannotEnd(long channel, String reason) {
        backOff.failed(channel, null);
        if (told.add(channel)) {
            PlatformLog.LOG.cannotEnd(channel, reason);
        }
    }

    /** It is deleted, and nothing is left to be asked. */
    void gone(long channel) {
        backOff.succeeded(channel);
        told.remove(channel);
    }
}

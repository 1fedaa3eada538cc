package org.taskcenter.platform;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Failure;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.gate.RetryAfter;
import org.taskcenter.upstream.Upstream;

/**
 * One channel asked after all of its tasks that are due, some requests at a time. An answer that cannot be read is asked for
 * again by halves, until the task it is about is found and left alone; a channel that fails is left alone as a whole.
 */
final class ChannelRound {
    private static final int MOST_AT_ONCE = 4;
    private static final int MOST_SPLITS = 20;
    private static final int TOO_MANY = 429;
    /** Answers that may be due to what is asked, and not to the channel. */
    private static final Set<Integer> OF_THE_REQUEST = Set.of(400, 404, 413, 414, 422, 500);

    private final ChannelRounds rounds;
    private final Upstream channel;
    private final Platform platform;
    private final String key;
    private final int size;
    private final Deque<List<Open>> toAsk = new ArrayDeque<>();
    private int underWay;
    private int splits;
    private boolean failed;

    ChannelRound(ChannelRounds rounds, Upstream channel, Platform platform, String key, List<Open> due, int size) {
        this.rounds = rounds;
        this.channel = channel;
        this.platform = platform;
        this.key = key;
        this.size = size;
        for (int from = 0; from < due.size(); from += size) {
            toAsk.add(List.copyOf(due.subList(from, Math.min(due.size(), from + size))));
        }
    }

    void begin() {
        goOn();
    }

    synchronized boolean isOver() {
        return underWay == 0 && toAsk.isEmpty();
    }

    /** Asks as much as may be asked at a time. */
    private void goOn() {
        List<Open> next = next();
        while (next != null) {
            ask(next);
            next = next();
        }
    }

    private synchronized List<Open> next() {
        return needsNone() || !rounds.places().take(this) ? null : taken();
    }

    /** Asks in a place that it has waited for; false where it needs none any more. */
    boolean use() {
        List<Open> next;
        synchronized (this) {
            if (needsNone()) {
                return false;
            }
            next = taken();
        }
        ask(next);
        goOn();
        return true;
    }

    private boolean needsNone() {
        return toAsk.isEmpty() || underWay >= MOST_AT_ONCE;
    }

    private List<Open> taken() {
        underWay++;
        return toAsk.poll();
    }

    private void ask(List<Open> tasks) {
        Request request;
        try {
            request = platform.poll(
                    channel, key, tasks.stream().map(task -> task.upstreamId).toList());
        } catch (RuntimeException e) {
            PlatformLog.LOG.unusable(channel.id(), String.valueOf(e.getMessage()));
            fail(tasks, "it cannot be used as it is set up", null);
            done();
            return;
        }
        rounds.sender().send(request, result -> later(tasks, result));
    }

    private void later(List<Open> tasks, Result result) {
        try {
            rounds.executor().execute(() -> {
                try {
                    answered(tasks, result);
                } catch (SQLException e) {
                    PlatformLog.LOG.cannotStore(String.valueOf(e.getMessage()));
                    giveUp();
                } catch (RuntimeException | Error e) {
                    PlatformLog.LOG.roundFailed(e);
                    rounds.unreadable(tasks);
                } finally {
                    done();
                }
            });
        } catch (RejectedExecutionException e) {
            // This member stops.
            giveUp();
            done();
        }
    }

    private void answered(List<Open> tasks, Result result) throws SQLException {
        if (result instanceof Failure failure) {
            if (failure.kind() == Failure.Kind.TIMEOUT) {
                rounds.slow(channel.id(), size);
            }
            fail(tasks, failure.reason(), null);
            return;
        }
        Answer answer = (Answer) result;
        if (Words.isSuccess(answer)) {
            try {
                List<State> states = platform.states(
                        answer, tasks.stream().map(task -> task.upstreamId).toList());
                rounds.asked(tasks);
                rounds.results().store(channel, tasks, states);
                rounds.worked(channel.id(), platform.mostIds());
                rounds.counts().answered(channel.id());
            } catch (UnreadableAnswer e) {
                split(tasks, e.getMessage());
            }
        } else if (OF_THE_REQUEST.contains(answer.status())) {
            split(tasks, "it answers " + answer.status());
        } else {
            Duration asked = answer.status() == TOO_MANY || answer.status() >= 500
                    ? RetryAfter.of(answer, rounds.clock().instant())
                    : null;
            fail(tasks, "it answers " + answer.status(), asked);
        }
    }

    /** Something among these makes the answer useless. */
    private void split(List<Open> tasks, String reason) {
        if (tasks.size() == 1) {
            rounds.unreadable(tasks);
            rounds.counts().unreadable(channel.id());
            if (splits == 0) {
                // Nothing else was asked: it may as well be the channel.
                rounds.failed(channel.id(), reason, null);
            }
            return;
        }
        synchronized (this) {
            if (!failed && splits < MOST_SPLITS) {
                splits++;
                toAsk.addFirst(tasks.subList(tasks.size() / 2, tasks.size()));
                toAsk.addFirst(tasks.subList(0, tasks.size() / 2));
                return;
            }
        }
        fail(tasks, reason, null);
    }

    /** The channel is left alone; what it was not asked yet comes first the next time. */
    private void fail(List<Open> tasks, String reason, Duration asked) {
        rounds.asked(tasks);
        rounds.counts().failed(channel.id());
        if (giveUp()) {
            rounds.failed(channel.id(), reason, asked);
        }
    }

    private synchronized boolean giveUp() {
        toAsk.clear();
        boolean first = !failed;
        failed = true;
        return first;
    }

    private void done() {
        synchronized (this) {
            underWay--;
        }
        rounds.places().giveBack();
        goOn();
    }
}

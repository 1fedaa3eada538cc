package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.taskcenter.listing.Change;
import org.taskcenter.listing.Counts;
import org.taskcenter.store.Database;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;
import org.taskcenter.upstream.Upstream;

/**
 * Stores what polls have found: nothing where nothing has changed, and all of one answer in one transaction where something has.
 * What an answer says of tasks it was not asked for is not looked at, and of a second time in the same answer neither.
 */
final class PollResults {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 8;
    private static final String DATA_LOST =
            "The third party's data is longer than " + Words.LONGEST_DATA + " characters and is not kept";
    private static final String NO_REASON = "The third party failed at it and gives no reason";

    private final Database database;
    private final Queue queue;
    private final Ends ends;
    private final Ending others;
    private final Counts counts;
    private final Book book;
    private final Clock clock;

    /** @param others what else has to happen when tasks end */
    PollResults(Database database, Queue queue, Ends ends, Ending others, Counts counts, Book book, Clock clock) {
        this.database = database;
        this.queue = queue;
        this.ends = ends;
        this.others = others;
        this.counts = counts;
        this.book = book;
        this.clock = clock;
    }

    /** A task of which an answer says something that was not seen before. */
    private record News(Open open, State state, long seen) {}

    /** What a row is to become. */
    private record Next(
            Row row, Status status, String progress, String failReason, long start, long finish, String data) {
        boolean isSame(String storedData) {
            return row.status() == status
                    && row.progress().equals(progress)
                    && row.failReason().equals(failReason)
                    && row.startTime() == start
                    && row.finishTime() == finish
                    && (data == null || data.equals(storedData));
        }
    }

    /** What was done with some news. */
    private static final class Done {
        final List<Open> over = new ArrayList<>();
        final List<News> stored = new ArrayList<>();
        /** Names of tasks that have succeeded with data that is not kept. */
        final List<String> lost = new ArrayList<>();

        Runnable afterwards = Ending.NOTHING_MORE;
    }

    /** Stores what the answer to one poll says. */
    void store(Upstream channel, List<Open> asked, List<State> states) throws SQLException {
        List<News> news = news(asked, states);
        if (!news.isEmpty()) {
            List<News> changed = changed(news);
            if (!changed.isEmpty()) {
                Done done = database.transaction(connection -> store(connection, channel, changed));
                long now = System.nanoTime();
                done.stored.forEach(one -> book.news(one.open(), one.seen(), now));
                book.forget(done.over);
                done.lost.forEach(task -> PlatformLog.LOG.dataLost(channel.id(), task, Words.LONGEST_DATA));
                done.afterwards.run();
            }
        }
    }

    private List<News> news(List<Open> asked, List<State> states) {
        Map<String, List<Open>> byName = new HashMap<>();
        for (Open open : asked) {
            byName.computeIfAbsent(open.upstreamId, name -> new ArrayList<>()).add(open);
        }
        List<News> news = new ArrayList<>();
        for (State state : states) {
            List<Open> opens = byName.remove(state.id());
            if (opens != null) {
                long seen = number(state);
                opens.stream()
                        .filter(open -> book.seenOf(open) != seen)
                        .forEach(open -> news.add(new News(open, state, seen)));
            }
        }
        return news;
    }

    /** A number that is another one for another state, and not 0. */
    private static long number(State state) {
        long number = state.status().ordinal() + 1;
        number = number * 1_000_003 + Objects.hashCode(state.progress());
        number = number * 1_000_003 + Objects.hashCode(state.failReason());
        number = number * 1_000_003 + state.startTime();
        number = number * 1_000_003 + state.finishTime();
        number = number * 1_000_003 + Objects.hashCode(state.data());
        number = number * 1_000_003 + Boolean.hashCode(state.dataLost());
        return number == 0 ? 1 : number;
    }

    /** Those of the news that the store does not have yet. */
    private List<News> changed(List<News> news) throws SQLException {
        List<Long> ids = news.stream().map(one -> one.open().id).toList();
        Map<Long, String> data = new HashMap<>();
        Map<Long, Row> rows = database.statement(connection -> {
            data.clear();
            data.putAll(Rows.data(connection, ids));
            return Rows.read(connection, ids);
        });
        List<News> changed = new ArrayList<>();
        List<Open> over = new ArrayList<>();
        for (News one : news) {
            Row row = rows.get(one.open().id);
            if (!isStill(row, one)) {
                over.add(one.open());
            } else if (next(row, one.state()).isSame(data.get(row.id()))) {
                book.seen(one.open(), one.seen());
            } else {
                changed.add(one);
            }
        }
        book.forget(over);
        return changed;
    }

    /** Whether a row is about the task that was asked after. */
    private static boolean isStill(Row row, News news) {
        return row != null
                && !row.status().isFinal()
                && news.open().upstreamId.equals(row.upstreamId())
                && row.channel() == news.open().channel;
    }

    private Next next(Row row, State state) {
        long now = clock.instant().getEpochSecond();
        Status status = state.status();
        boolean began = status == Status.IN_PROGRESS || status.isFinal();
        long known = row.startTime() > 0 || !began ? row.startTime() : now;
        long start = state.startTime() > 0 ? state.startTime() : known;
        long finish = 0;
        if (status.isFinal()) {
            finish = state.finishTime() >= start && state.finishTime() > 0 ? state.finishTime() : Math.max(now, start);
        }
        String reason = state.dataLost() ? DATA_LOST : "";
        if (status == Status.FAILURE) {
            reason = state.failReason().isBlank() ? NO_REASON : state.failReason();
        }
        String progress = state.progress() == null ? row.progress() : state.progress();
        return new Next(row, status, status.isFinal() ? "100%" : progress, reason, start, finish, state.data());
    }

    private Done store(Connection connection, Upstream channel, List<News> news) throws SQLException {
        List<Long> finals = news.stream()
                .filter(one -> one.state().status().isFinal())
                .map(one -> one.open().id)
                .toList();
        Set<Long> waiting = finals.isEmpty() ? Set.of() : Rows.lockWaiting(connection, finals);
        Map<Long, Row> rows =
                Rows.lock(connection, news.stream().map(one -> one.open().id).toList());
        Done done = new Done();
        Map<Long, Next> next = new TreeMap<>();
        Map<Long, Next> again = new TreeMap<>();
        for (News one : news) {
            Row row = rows.get(one.open().id);
            if (!isStill(row, one)) {
                done.over.add(one.open());
                continue;
            }
            Next its = next(row, one.state());
            if (its.status().isFinal()) {
                if (!waiting.contains(row.id())) {
                    // Its submission is still being stored: the next poll says it again.
                    continue;
                }
                done.over.add(one.open());
                if (its.status() == Status.SUCCESS && one.state().dataLost()) {
                    done.lost.add(row.taskId());
                }
            } else {
                done.stored.add(one);
            }
            boolean once = its.status() == Status.FAILURE && row.resubmissions() < channel.maxResubmissions();
            (once ? again : next).put(row.id(), its);
        }
        end(connection, next, done);
        submitAgain(connection, again);
        return done;
    }

    private void end(Connection connection, Map<Long, Next> next, Done done) throws SQLException {
        List<Ended> ended = new ArrayList<>();
        ended.addAll(end(connection, next, Status.SUCCESS, TaskState.SUCCEEDED));
        ended.addAll(end(connection, next, Status.FAILURE, TaskState.FAILED));
        write(connection, next);
        if (!ended.isEmpty()) {
            done.afterwards = others.ended(connection, ended);
        }
        ends.refund(
                connection,
                next.values().stream()
                        .filter(its -> its.status() == Status.FAILURE)
                        .map(Next::row)
                        .toList());
    }

    private List<Ended> end(Connection connection, Map<Long, Next> next, Status status, TaskState state)
            throws SQLException {
        List<Long> ids = next.values().stream()
                .filter(its -> its.status() == status)
                .map(its -> its.row().id())
                .toList();
        return ids.isEmpty() ? List.of() : queue.endWaiting(connection, ids, state);
    }

    private void write(Connection connection, Map<Long, Next> next) throws SQLException {
        if (next.isEmpty()) {
            return;
        }
        List<Change> changes = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement("""
                update platform_task set status = ?, progress = ?, fail_reason = ?, start_time = ?, finish_time = ?,
                       data = coalesce(?, data), updated_at = ? where id = ?""")) {
            for (Next its : next.values()) {
                update.setString(1, its.status().name());
                update.setString(2, its.progress());
                update.setString(3, its.failReason());
                update.setLong(4, its.start());
                update.setLong(5, its.finish());
                update.setString(6, its.data());
                update.setLong(7, clock.instant().getEpochSecond());
                update.setLong(8, its.row().id());
                update.addBatch();
                count(changes, its.row(), its.status());
            }
            update.executeBatch();
        }
        if (!changes.isEmpty()) {
            counts.add(connection, changes);
        }
    }

    /** The third party has failed at these: they are submitted anew, a little later. */
    private void submitAgain(Connection connection, Map<Long, Next> again) throws SQLException {
        List<Change> changes = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement("""
                update platform_task set status = 'NOT_START', upstream_id = null, taken_at = null, sending = false,
                       progress = '0%', start_time = 0, fail_reason = ?, resubmissions = resubmissions + 1,
                       updated_at = ? where id = ?""")) {
            for (Next its : again.values()) {
                update.setString(1, its.failReason());
                update.setLong(2, clock.instant().getEpochSecond());
                update.setLong(3, its.row().id());
                update.addBatch();
                count(changes, its.row(), Status.NOT_START);
            }
            if (!again.isEmpty()) {
                update.executeBatch();
            }
        }
        for (Next its : again.values()) {
            int doublings = Math.min(its.row().resubmissions(), MOST_DOUBLINGS);
            queue.postpone(connection, List.of(its.row().id()), FIRST_PAUSE.multipliedBy(1L << doublings));
        }
        if (!changes.isEmpty()) {
            counts.add(connection, changes);
        }
    }

    private static void count(List<Change> changes, Row row, Status now) {
        if (row.status() != now) {
            changes.add(new Change(row.group(), row.id(), -1));
            changes.add(new Change(row.group(row.channel(), now), row.id(), 1));
        }
    }
}

package org.taskcenter.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.StubTarget;
import org.taskcenter.testing.TaskClient;

/** How long one member takes to ask third parties after many open tasks, and what it writes for that. */
final class PollBench implements AutoCloseable {
    private static final int CHANNELS = 10;
    private static final int TASKS = 100_000;
    private static final int CHANGED = 1_000;
    private static final long FIRST_ID = 1_000_000_000;
    private static final long BETWEEN_ROUNDS_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String DATABASE = "poll";

    private final StubTarget third = StubTarget.forgetful();
    /** Of the round under way, or the last one. One that did not ask after all tasks goes on with the next. */
    private final AtomicLong asked = new AtomicLong();

    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicLong first = new AtomicLong();
    private final AtomicLong last = new AtomicLong();
    /** Tasks below this number have moved on. */
    private final AtomicLong moved = new AtomicLong();

    private final Centre centre;
    private final Connection database;

    PollBench(PostgresServer server) throws SQLException {
        third.on("/suno/fetch", this::states);
        server.createDatabase(DATABASE);
        centre = Centre.setup().fastInTheLongRun().on(server, DATABASE).start();
        database = server.connect(DATABASE);
    }

    /** Measures a round in which nothing has changed, and one in which some tasks have. */
    void measure(Results results) throws SQLException {
        for (int channel = 0; channel < CHANNELS; channel++) {
            fill(channel(channel), channel);
        }
        execute("analyze");
        // Rounds that began while the tasks were still being made asked after a part of them.
        await(() -> asked.get() >= TASKS);
        round();
        long written = written();
        long transactions = transactions();
        results.add(Metric.POLL_ROUND, round());
        results.add(Metric.POLL_TRANSACTIONS_IDLE, transactions() - transactions);
        results.add(Metric.POLL_WRITTEN_IDLE, written() - written);
        moved.set(CHANGED / CHANNELS);
        written = written();
        transactions = transactions();
        round();
        results.add(Metric.POLL_TRANSACTIONS_CHANGED, transactions() - transactions);
        results.add(Metric.POLL_WRITTEN_CHANGED, written() - written);
    }

    /** Waits for the next round and its end; the seconds from its first request to its last. */
    private double round() {
        int now = rounds.get();
        await(() -> rounds.get() > now && asked.get() >= TASKS);
        double seconds = (last.get() - first.get()) / 1e9;
        rest();
        return seconds;
    }

    /** PostgreSQL's sessions tell what they have done up to 10 s later; the next round begins 15 s after the one before. */
    private void rest() {
        await(() -> System.nanoTime() - last.get() > TimeUnit.MILLISECONDS.toNanos(10_500));
    }

    private void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("of " + TASKS + " tasks " + asked.get()
                        + " were asked after in the last round; the centre says:\n"
                        + String.join("\n", centre.output()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private Answer states(Received request) {
        long now = System.nanoTime();
        if (asked.get() >= TASKS && now - last.get() > BETWEEN_ROUNDS_NANOS) {
            asked.set(0);
            first.set(now);
            rounds.incrementAndGet();
        }
        last.set(now);
        StringBuilder answer = new StringBuilder("{\"code\":\"success\",\"data\":[");
        String[] ids = request.body().split("\"up-");
        for (int i = 1; i < ids.length; i++) {
            String id = ids[i].substring(0, ids[i].indexOf('"'));
            boolean hasMoved = Long.parseLong(id.substring(id.indexOf('-') + 1)) < moved.get();
            answer.append(i == 1 ? "" : ",")
                    .append("{\"task_id\":\"up-")
                    .append(id)
                    .append("\",\"status\":\"")
                    .append(hasMoved ? "IN_PROGRESS" : "SUBMITTED")
                    .append("\",\"progress\":\"")
                    .append(hasMoved ? 50 : 0)
                    .append("%\"}");
        }
        asked.addAndGet(ids.length - 1);
        return Answer.of(200, answer.append("]}").toString());
    }

    private long channel(int number) {
        ObjectNode body = TaskClient.body()
                .put("name", "channel " + number)
                .put("platform", "suno")
                .put("base_url", "http://127.0.0.1:" + third.port())
                .put("key", "key")
                .put("max_resubmissions", 0);
        body.putObject("price").put("music", 1);
        Reply made = centre.admin().send("POST", "/channels", body);
        if (made.status() != 201) {
            throw new IllegalStateException("no channel: " + made);
        }
        return made.at("/data/id").asLong();
    }

    private void fill(long channel, int number) throws SQLException {
        long from = FIRST_ID + (long) number * TASKS;
        int tasks = TASKS / CHANNELS;
        execute(
                "insert into lane (kind, client, target) values ('platform', 'account:1', 'suno') on conflict do nothing");
        execute("insert into task (id, kind, client, client_id, lane, rank, state, accepted_at, due_at, run_at)"
                + " select " + from + " + i, 'platform', 'account:1', 'task_" + number
                + "_' || i, lane.id, 0, 'waiting',"
                + " now(), now(), now() + interval '1 day' from generate_series(0, " + (tasks - 1) + ") as i, lane");
        execute("insert into platform_task (id, task_id, account_id, platform, action, channel_id, upstream_id, status,"
                + " submit_time, updated_at, quota, request, taken_at) select " + from + " + i, 'task_" + number
                + "_' || i, 1, 'suno', 'song', " + channel + ", 'up-" + number + "-' || i, 'SUBMITTED', 1, 1, 0, '{}',"
                + " now() from generate_series(0, " + (tasks - 1) + ") as i");
    }

    private long written() throws SQLException {
        return number(
                "select n_tup_upd + n_tup_ins + n_tup_del from pg_stat_user_tables where relname = 'platform_task'");
    }

    private long transactions() throws SQLException {
        return number("select xact_commit from pg_stat_database where datname = '" + DATABASE + "'");
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
        centre.close();
        third.close();
    }
}

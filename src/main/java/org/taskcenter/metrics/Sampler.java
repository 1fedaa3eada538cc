package org.taskcenter.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.taskcenter.store.Database;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Queue;

/**
 * Looks now and then how many tasks there are, so that reading the metrics costs the database nothing. It looks every five
 * seconds, and the more seldom the longer a look takes: never for more than a hundredth of the time.
 */
public final class Sampler implements AutoCloseable {
    /** Waiting tasks are counted no further than this. */
    static final int MOST_COUNTED = 1_000_000;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int SHARE_OF_TIME = 100;
    private static final int LANES_A_PAGE = 1_000;
    private static final int MOST_LANES = 20_000;
    private static final long PATIENCE_MILLIS = 2_000;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private static final String WAITING = """
            select lane.kind, sum(w.waiting) - sum(w.scheduled), sum(w.scheduled)
              from (select t.lane, count(*) as waiting,
                           sum(case when t.run_at > current_timestamp then 1 else 0 end) as scheduled
                      from (select lane, run_at from task where state = 'waiting' limit ?) as t
                     group by t.lane) as w
              join lane on lane.id = w.lane
             group by lane.kind""";
    private static final String RUNNING = "select kind, count(*) from task where state = 'running' group by kind";
    private static final String MEMBERS = "select state, count(*) from member group by state";

    private final Database database;
    private final Queue queue;
    private final List<String> kinds;
    private final Thread thread;
    private volatile Sample latest;
    private volatile boolean closed;
    private boolean failing;

    /**
     * @param kinds the kinds of work that are shown also where there is none of them
     * @param threads makes the thread that looks
     */
    public Sampler(Database database, Queue queue, List<String> kinds, ThreadFactory threads) {
        this.database = database;
        this.queue = queue;
        this.kinds = List.copyOf(kinds);
        this.thread = threads.newThread(this::loop);
    }

    /** Begins to look. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        // Not by an interrupt: it would close H2's files.
        LockSupport.unpark(thread);
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void register(PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("taskcenter_tasks")
                .help("Tasks in the database that have not ended; waiting ones are counted up to " + MOST_COUNTED)
                .labelNames("kind", "state")
                .callback(gauge -> with(sample ->
                        sample.depths().forEach((depth, count) -> gauge.call(count, depth.kind(), depth.state()))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("taskcenter_oldest_due_seconds")
                .help("How long the task that has been due the longest waits to be begun; 0 where none is due")
                .labelNames("kind")
                .callback(gauge -> with(sample -> sample.oldest().forEach((kind, age) -> gauge.call(age, kind))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("taskcenter_members")
                .help("Members of the centre by state; retired and dead ones are earlier boots")
                .labelNames("state")
                .callback(gauge -> with(sample -> sample.members().forEach((state, count) -> gauge.call(count, state))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("taskcenter_sample_age_seconds")
                .help("How old taskcenter_tasks, _oldest_due_seconds and _members are")
                .callback(gauge -> with(sample -> gauge.call((System.nanoTime() - sample.at()) / NANOS)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("taskcenter_sample_seconds")
                .help("How long it took to find them out")
                .callback(gauge -> with(sample -> gauge.call(sample.took())))
                .register(registry);
    }

    private interface Use {
        void of(Sample sample);
    }

    private void with(Use use) {
        Sample sample = latest;
        if (sample != null) {
            use.of(sample);
        }
    }

    private void loop() {
        while (!closed) {
            long begun = System.nanoTime();
            try {
                latest = look();
                failing = false;
            } catch (SQLException | RuntimeException e) {
                if (!failing && !closed) {
                    MetricsLog.LOG.cannotLook(e.toString());
                }
                failing = true;
            }
            long pause = Math.max(PAUSE_NANOS, SHARE_OF_TIME * (System.nanoTime() - begun));
            long until = System.nanoTime() + pause;
            while (!closed && until - System.nanoTime() > 0) {
                LockSupport.parkNanos(this, until - System.nanoTime());
            }
        }
    }

    Sample look() throws SQLException {
        long begun = System.nanoTime();
        return database.statement(connection -> {
            Map<Sample.Depth, Long> depths = new HashMap<>();
            Map<String, Double> oldest = new HashMap<>();
            for (String kind : kinds) {
                for (String state : List.of("waiting", "scheduled", "running")) {
                    depths.put(new Sample.Depth(kind, state), 0L);
                }
                oldest.put(kind, 0.0);
            }
            readWaiting(connection, depths);
            counts(connection, RUNNING).forEach((kind, count) -> depths.put(new Sample.Depth(kind, "running"), count));
            readOldest(connection, oldest);
            Map<String, Long> members = new HashMap<>(Map.of("alive", 0L, "retired", 0L, "dead", 0L));
            members.putAll(counts(connection, MEMBERS));
            long now = System.nanoTime();
            return new Sample(depths, oldest, members, now, (now - begun) / NANOS);
        });
    }

    private static void readWaiting(Connection connection, Map<Sample.Depth, Long> depths) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(WAITING)) {
            select.setInt(1, MOST_COUNTED);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    depths.put(new Sample.Depth(rows.getString(1), "waiting"), rows.getLong(2));
                    depths.put(new Sample.Depth(rows.getString(1), "scheduled"), rows.getLong(3));
                }
            }
        }
    }

    private static Map<String, Long> counts(Connection connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            Map<String, Long> counts = new HashMap<>();
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
            return counts;
        }
    }

    /** The first entry of each lane and priority says it: the cost goes by the number of lanes, not of tasks. */
    private void readOldest(Connection connection, Map<String, Double> oldest) throws SQLException {
        int after = 0;
        int looked = 0;
        List<Backlog> page;
        do {
            page = queue.backlog(connection, after, LANES_A_PAGE);
            for (Backlog backlog : page) {
                double overdue = Math.max(0, -backlog.due().toMillis() / MILLIS);
                oldest.merge(backlog.kind(), overdue, Math::max);
                after = backlog.lane();
            }
            looked += page.size();
        } while (page.size() == LANES_A_PAGE && looked < MOST_LANES);
    }
}

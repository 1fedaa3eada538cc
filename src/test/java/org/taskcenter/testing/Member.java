package org.taskcenter.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.h2.jdbcx.JdbcConnectionPool;
import org.taskcenter.cluster.Members;
import org.taskcenter.cluster.Membership;
import org.taskcenter.cluster.PostgresWakeup;
import org.taskcenter.cluster.Pulse;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Dispatcher;
import org.taskcenter.dispatch.Intake;
import org.taskcenter.dispatch.Kind;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Room;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Ids;
import org.taskcenter.store.PlainDataSource;
import org.taskcenter.store.PostgresQueue;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;

/**
 * A member of the centre without a container: the whole engine, on PostgreSQL by a {@link Line} of its own, so that several in
 * one JVM make a {@link Cluster}, or on H2. Ends are written to the table {@code ending}, in their transaction.
 */
public final class Member implements AutoCloseable {
    static final Duration HEARTBEAT = Duration.ofMillis(100);
    static final Duration STOP_WORK = Duration.ofMillis(1_500);
    static final Duration LEASE = Duration.ofMillis(2_500);
    private static final int CONNECTIONS = 12;
    private static final int LANE_MOST = 100;

    private final String name;
    private final Optional<Line> line;
    private final Clock clock = new Clock();
    private final JdbcConnectionPool pool;
    private final Database database;
    private final ExecutorService executor;
    private final Membership membership;
    private final Pulse pulse;
    private final Optional<PostgresWakeup> wakeup;
    private final Dispatcher dispatcher;
    private final Intake<String> intake;
    private final Cancellation cancellation;
    private final ScriptedRunner runner;
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Set<String> paused = Set.of();
    private volatile Ending ending = Member::note;

    /** How a member differs from others. */
    public record Options(List<ScriptedRunner> runners, int most, boolean steady, UnaryOperator<Queue> queue) {
        public static Options of(ScriptedRunner... runners) {
            return new Options(List.of(runners), 200, false, queue -> queue);
        }

        /** How many tasks of a kind it does at once. */
        public Options most(int other) {
            return new Options(runners, other, steady, queue);
        }

        /** What stands between it and its queue. */
        public Options queue(UnaryOperator<Queue> other) {
            return new Options(runners, most, steady, other);
        }

        /** Its tasks take long by nature. */
        public Options steadily() {
            return new Options(runners, most, true, queue);
        }
    }

    /** A clock that stands still while its member is frozen. */
    private static final class Clock implements LongSupplier {
        private volatile Long stoodAt;

        @Override
        public long getAsLong() {
            Long stood = stoodAt;
            return stood == null ? System.nanoTime() : stood;
        }
    }

    /** A member on PostgreSQL. */
    static Member onPostgres(String name, PostgresServer server, String url, int serverPort, Options options) {
        Line line = new Line(serverPort);
        DatabaseSettings settings = Pool.settings(server, url.replace(":" + serverPort + "/", ":" + line.port() + "/"));
        return new Member(
                name,
                Optional.of(line),
                Pool.postgres(settings, CONNECTIONS),
                options.queue().apply(new PostgresQueue()),
                Optional.of(PlainDataSource.impatient(settings)),
                options);
    }

    /** The only member on an H2 database in memory, which has the schema and the table {@code ending}. */
    public static Member onH2(String database, Options options) throws SQLException {
        return new Member(
                        database,
                        Optional.empty(),
                        Pool.h2(database, CONNECTIONS),
                        options.queue().apply(new H2Queue()),
                        Optional.empty(),
                        options)
                .start();
    }

    private Member(
            String name,
            Optional<Line> line,
            JdbcConnectionPool pool,
            Queue queue,
            Optional<PlainDataSource> toListen,
            Options options) {
        this.name = name;
        this.line = line;
        this.pool = pool;
        this.database = new Database(pool);
        this.executor = Executors.newFixedThreadPool(2, threads("work"));
        this.runner = options.runners().get(0);
        Ids ids = new Ids(database);
        Members members = new Members(database);
        Ending theEnding = (connection, tasks) -> ending.ended(connection, tasks);
        this.membership = new Membership(members, ids, name, LEASE, STOP_WORK, clock, id -> {});
        this.dispatcher = new Dispatcher(
                database,
                queue,
                membership,
                theEnding,
                () -> {
                    looks.incrementAndGet();
                    return paused;
                },
                options.runners().stream()
                        .map(each -> new Kind(each, executor, options.most(), options.steady()))
                        .toList(),
                LANE_MOST,
                threads("dispatch"));
        this.pulse = new Pulse(
                membership, members, database, queue, theEnding, HEARTBEAT, LEASE, dispatcher, threads("pulse"));
        this.wakeup = toListen.map(plain -> new PostgresWakeup(
                database, plain::getConnection, membership::id, membership::isAlone, dispatcher, threads("wakeup")));
        Wakeup others = wakeup.isPresent() ? wakeup.get() : Wakeup.NOBODY;
        this.intake = new Intake<>(
                database,
                queue,
                ids,
                new Lanes(database, queue),
                (numbers, details) -> null,
                new Room(database, queue, Long.MAX_VALUE),
                dispatcher,
                others);
        this.cancellation = new Cancellation(database, queue, theEnding, dispatcher, others);
    }

    Member start() throws SQLException {
        membership.join();
        pulse.start();
        wakeup.ifPresent(PostgresWakeup::start);
        dispatcher.start();
        return this;
    }

    private ThreadFactory threads(String part) {
        return run -> {
            Thread thread = new Thread(run, name + "-" + part);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static Runnable note(Connection connection, List<Ended> tasks) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into ending (task_id, generation, state) values (?, ?, ?)")) {
            for (Ended task : tasks) {
                insert.setLong(1, task.id());
                insert.setInt(2, task.generation());
                insert.setString(3, task.state().word());
                insert.addBatch();
            }
            insert.executeBatch();
            return Ending.NOTHING_MORE;
        }
    }

    /** The present incarnation. */
    public long id() {
        return membership.id();
    }

    /** The first of its runners. */
    public ScriptedRunner runner() {
        return runner;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    public Database database() {
        return database;
    }

    public Membership membership() {
        return membership;
    }

    public boolean isHealthy() {
        return dispatcher.isHealthy() && pulse.isHealthy();
    }

    /** How many connections of its pool are in somebody's hands. */
    public int connectionsInUse() {
        return pool.getActiveConnections();
    }

    /** How often it has looked around in the store. */
    public int looks() {
        return looks.get();
    }

    public void pause(String... kinds) {
        paused = Set.of(kinds);
        dispatcher.look();
    }

    /** Has something else happen with the ends of tasks. */
    public void atEnds(Ending other) {
        ending = other;
    }

    /** Hands in tasks. */
    public boolean[] submit(Draft... drafts) throws Exception {
        return submit(List.of(drafts));
    }

    public boolean[] submit(List<Draft> drafts) throws Exception {
        List<Intake.Item<String>> items = new ArrayList<>();
        drafts.forEach(draft -> items.add(new Intake.Item<>(draft, "details")));
        return intake.submit(items);
    }

    public Map<Long, Cancellation.Effect> cancel(boolean force, Long... tasks) throws SQLException {
        return cancellation.cancel(List.of(tasks), force);
    }

    /** As SIGSTOP looks from outside: its clock stands still and nothing of what it sends arrives. */
    public void freeze() {
        clock.stoodAt = clock.getAsLong();
        line.orElseThrow().freeze();
    }

    /** Nothing of what it sends arrives and no answer comes, but it goes on. */
    public void silence() {
        line.orElseThrow().freeze();
    }

    /** Its heart stands still: no heartbeat, no rescue, and it does not notice what others do with it. */
    public void stopPulse() throws InterruptedException {
        pulse.stop();
    }

    /** As SIGCONT: its clock jumps, and what was on its way arrives. */
    public void thaw() {
        clock.stoodAt = null;
        line.ifPresent(Line::thaw);
    }

    /** Its connections break and it gets no new ones; for those who cannot see it, it is dead. */
    public void cutOff() {
        line.orElseThrow().cut();
    }

    public void reconnect() {
        line.ifPresent(Line::mend);
    }

    /** Ends in order. */
    public void drain(Duration patience) throws InterruptedException, SQLException {
        dispatcher.drain(patience);
        stopWakeup();
        pulse.stop();
        membership.leave();
    }

    private void stopWakeup() throws InterruptedException {
        if (wakeup.isPresent()) {
            wakeup.get().stop();
        }
    }

    /** Ends all threads. */
    @Override
    public void close() {
        thaw();
        reconnect();
        try {
            dispatcher.drain(Duration.ZERO);
            stopWakeup();
            pulse.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        line.ifPresent(Line::close);
        executor.shutdown();
        pool.dispose();
    }
}

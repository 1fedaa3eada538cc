package org.taskcenter.platform;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Role;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Exchange;
import org.taskcenter.gate.Failure;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.listing.Counts;
import org.taskcenter.secret.Vault;
import org.taskcenter.secret.Vaults;
import org.taskcenter.store.Database;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.Switch;
import org.taskcenter.upstream.Declarations;
import org.taskcenter.upstream.UpstreamChange;
import org.taskcenter.upstream.Upstreams;

/** Tasks of third parties in a database that can be switched off, and third parties that the test plays. */
final class PlatformStage implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Actor ANN = new Actor(new Caller(1, "ann", Role.ADMIN, Set.of(), Set.of()), "192.0.2.1", "r1");
    private static final DataSource SOURCE = create();

    final Switch line = new Switch(watched());
    /** How often somebody asked for the database in vain. */
    final AtomicInteger refused = new AtomicInteger();

    final Database database = new Database(counted());
    final Vault vault = Vaults.any();
    final Declarations declarations = new Declarations(database);
    final Upstreams upstreams = new Upstreams(database, vault, declarations, uri -> Optional.empty());
    final KnownPlatforms platforms = new KnownPlatforms(declarations, Duration.ofSeconds(150));
    final BackOff backOff = new BackOff(INTERVAL, Duration.ofMinutes(10), System::nanoTime);
    final ExecutorService executor = Executors.newSingleThreadExecutor();
    final List<Settlement> settled = new CopyOnWriteArrayList<>();
    final List<Request> sent = new CopyOnWriteArrayList<>();
    /** By host. What has no answer hangs until it is cancelled. */
    final ConcurrentMap<String, Function<Request, Result>> parties = new ConcurrentHashMap<>();
    /** Whether what hangs is believed to have been sent. */
    volatile boolean onItsWay = true;

    volatile Runnable afterCommit = () -> {};
    private final Requests requests = new Requests(vault);
    final PlatformRunner runner = new PlatformRunner(
            database,
            requests,
            platforms,
            upstreams,
            new SubmissionRows(database, new Counts(false), Clock.systemUTC()),
            backOff,
            this::send,
            new Waiters(database, Duration.ofHours(1), Thread::new),
            executor,
            row -> {},
            Clock.systemUTC());
    private long tasks;

    PlatformStage() throws SQLException {
        for (String table : List.of("task", "platform_task", "platform_change", "upstream", "platform_declaration")) {
            execute("delete from " + table);
        }
    }

    private static DataSource create() {
        new Migration(Pool.h2Settings("platform")).run();
        return Pool.h2("platform", 8);
    }

    private DataSource counted() {
        ClassLoader loader = DataSource.class.getClassLoader();
        return (DataSource) Proxy.newProxyInstance(loader, new Class<?>[] {DataSource.class}, (proxy, asked, given) -> {
            try {
                return line.source().getConnection();
            } catch (SQLException e) {
                refused.incrementAndGet();
                throw e;
            }
        });
    }

    /** Connections that tell of their commits. */
    private DataSource watched() {
        ClassLoader loader = DataSource.class.getClassLoader();
        return (DataSource) Proxy.newProxyInstance(loader, new Class<?>[] {DataSource.class}, (proxy, asked, given) -> {
            Connection connection = SOURCE.getConnection();
            return Proxy.newProxyInstance(loader, new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                try {
                    Object result = method.invoke(connection, arguments);
                    if (method.getName().equals("commit")) {
                        afterCommit.run();
                    }
                    return result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        });
    }

    Exchange send(Request request, Consumer<Result> done) {
        sent.add(request);
        Function<Request, Result> party = parties.get(request.uri().getHost());
        if (party != null) {
            done.accept(party.apply(request));
            return () -> {};
        }
        boolean really = onItsWay;
        return () -> done.accept(new Failure(Failure.Kind.STOPPED, "it was cancelled", Duration.ZERO, really));
    }

    static Answer answer(int status, String body) {
        return new Answer(status, List.of(), body.getBytes(StandardCharsets.UTF_8), false, Duration.ZERO);
    }

    static Answer taken(String id) {
        return answer(200, "{\"code\":\"success\",\"data\":\"" + id + "\"}");
    }

    /** A channel of Suno's at a host of its own name. */
    long channel(String name, long priority, int timeoutHours) throws SQLException {
        return upstreams
                .make(
                        ANN,
                        new UpstreamChange(
                                Optional.of(name),
                                Optional.of("suno"),
                                Optional.of("http://" + name),
                                Optional.of("key-of-" + name),
                                Optional.of(priority),
                                Optional.empty(),
                                Optional.of(Map.of("music", 10L)),
                                Optional.of(0),
                                Optional.of(timeoutHours),
                                Optional.empty()))
                .id();
    }

    void delete(long channel) {
        try {
            upstreams.delete(ANN, channel);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    void disable(long channel) {
        Optional<String> same = Optional.empty();
        UpstreamChange off = new UpstreamChange(
                same,
                same,
                same,
                same,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(false));
        try {
            upstreams.change(ANN, channel, off);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** A task that waits to be submitted. */
    long task(long channel) throws SQLException {
        long id = ++tasks;
        execute(
                "insert into task (id, kind, client, client_id, lane, rank, state, accepted_at, due_at, run_at) values ("
                        + id + ", 'platform', 'account 1', 'task_" + id
                        + "', 1, 0, 'waiting', current_timestamp, current_timestamp, current_timestamp)");
        database.statement(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into platform_task (id, task_id, account_id, platform,"
                            + " action, channel_id, status, submit_time, updated_at, quota, sealed_request)"
                            + " values (?, ?, 1, 'suno', 'song', ?, 'NOT_START', 1, 1, 10, ?)")) {
                insert.setLong(1, id);
                insert.setString(2, "task_" + id);
                insert.setLong(3, channel);
                insert.setBytes(4, requests.seal(id, "{\"prompt\":\"sea\"}"));
                return insert.executeUpdate();
            }
        });
        return id;
    }

    /** A task that a third party has. */
    long taken(long channel, String upstreamId) throws SQLException {
        long id = task(channel);
        execute("update platform_task set status = 'SUBMITTED', upstream_id = '" + upstreamId
                + "', taken_at = current_timestamp where id = " + id);
        return id;
    }

    /** Claims a task and lets it be submitted. */
    void run(long task) throws SQLException {
        runner.run(List.of(claim(task)), settled::add);
    }

    Claim claim(long task) throws SQLException {
        return claim(task, Duration.ZERO);
    }

    /** @param age how long it has been open */
    Claim claim(long task, Duration age) throws SQLException {
        execute("update task set state = 'running', epoch = epoch + 1 where id = " + task);
        int epoch = Integer.parseInt(
                column("select epoch from task where id = " + task).get(0));
        return new Claim(
                task, PlatformRunner.KIND, "account 1", "task_" + task, 1, 0, 1, epoch, epoch, 0, Duration.ZERO, age);
    }

    Row row(long task) throws SQLException {
        return database.statement(connection -> Rows.read(connection, List.of(task)))
                .get(task);
    }

    /** The hosts that were sent something, in order. */
    List<String> hosts() {
        return sent.stream().map(request -> request.uri().getHost()).toList();
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = SOURCE.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    List<String> column(String sql) throws SQLException {
        try (Connection connection = SOURCE.getConnection();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> column = new ArrayList<>();
            while (rows.next()) {
                column.add(rows.getString(1));
            }
            return column;
        }
    }

    @Override
    public void close() {
        line.on();
        executor.shutdownNow();
    }
}

package org.taskcenter.store;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.TestStore;

/** A queue on its database, and how the tests speak of both. After each of them every change of a state was one that may be. */
abstract class QueueStage {
    static final String KIND = "call";
    static final int LAST_RESCUE = 3;
    static final Duration LATER = Duration.ofHours(1);

    /** A database with the schema and with triggers that write each change of a task's state within a generation to the table transition. */
    abstract TestStore store();

    Database database;
    Queue queue;
    Ids ids;
    long member;

    @BeforeEach
    void begin() throws SQLException {
        database = new Database(store().pool());
        queue = store().queue();
        ids = new Ids(database);
        for (String table : List.of("transition", "attempt", "task", "lane", "member")) {
            execute("delete from " + table);
        }
        member = join();
    }

    @AfterEach
    void everyTransitionWasAllowed() throws SQLException {
        for (List<String> each : rows("select distinct before, after from transition where before <> after")) {
            assertThat(TaskState.of(each.get(0)).mayBecome(TaskState.of(each.get(1))))
                    .as("from %s to %s", each.get(0), each.get(1))
                    .isTrue();
        }
    }

    record Settled(TaskState[] now, List<Ended> ended) {}

    interface Part<T> {
        T play(int number) throws Exception;
    }

    /** Lets several threads do something at the same moment. */
    static <T> List<T> atOnce(int players, Part<T> part) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(players);
        CyclicBarrier start = new CyclicBarrier(players);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < players; i++) {
                int number = i;
                Callable<T> task = () -> {
                    start.await();
                    return part.play(number);
                };
                futures.add(threads.submit(task));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                try {
                    results.add(future.get());
                } catch (ExecutionException e) {
                    throw new AssertionError(e.getCause());
                }
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    long join() throws SQLException {
        long id = ids.take(1)[0];
        execute("insert into member (id, host, state, started_at, heartbeat_at) values (" + id
                + ", 'here', 'alive', current_timestamp, current_timestamp)");
        return id;
    }

    int lane(String client, String target) throws SQLException {
        return database.transaction(connection -> queue.lane(connection, KIND, client, target, 0));
    }

    private static int made;

    static Draft draft(String client, int priority, Duration delay) {
        return new Draft(KIND, client, "made-" + made++, null, "x", priority, delay);
    }

    static Draft draft(String client, String target, String name) {
        return new Draft(KIND, client, name, null, target, 0, Duration.ZERO);
    }

    static List<Draft> drafts(String client, String target, String... names) {
        return List.of(names).stream().map(name -> draft(client, target, name)).toList();
    }

    /** So many of the client a to the target x, named by the prefix and their numbers from 0. */
    static List<Draft> many(int count, String prefix) {
        return IntStream.range(0, count)
                .mapToObj(i -> draft("a", "x", prefix + i))
                .toList();
    }

    boolean[] add(int lane, List<Draft> drafts) throws SQLException {
        long[] numbers = ids.take(drafts.size());
        int[] lanes = IntStream.generate(() -> lane).limit(drafts.size()).toArray();
        return stored(database.transaction(
                connection -> queue.add(connection, NewTasks.waiting(numbers, lanes, drafts, null))));
    }

    List<Backlog> backlog(int after, int limit) throws SQLException {
        return database.statement(connection -> queue.backlog(connection, after, limit));
    }

    List<Claim> claim(int lane, int tasks) throws SQLException {
        return claim(lane, 0, tasks);
    }

    List<Claim> claim(int lane, int priority, int tasks) throws SQLException {
        return claim(new Share(lane, priority, tasks));
    }

    List<Claim> claim(Share... shares) throws SQLException {
        return claimAs(member, shares);
    }

    List<Claim> claimAs(long claimer, Share... shares) throws SQLException {
        List<Claim> claims =
                new ArrayList<>(database.statement(connection -> queue.claim(connection, claimer, List.of(shares))));
        claims.sort(comparing(Claim::id));
        return claims;
    }

    Settled settle(Settlement... settlements) throws SQLException {
        TaskState[] now = new TaskState[settlements.length];
        List<Ended> ended =
                database.transaction(connection -> queue.settle(connection, member, List.of(settlements), now));
        return new Settled(now, ended);
    }

    List<Ended> cancel(List<Long> tasks) throws SQLException {
        return database.transaction(connection -> queue.cancelWaiting(connection, tasks));
    }

    List<Ended> endWaiting(List<Long> tasks, TaskState end) throws SQLException {
        return database.transaction(connection -> queue.endWaiting(connection, tasks, end));
    }

    List<Long> postpone(List<Long> tasks, Duration delay) throws SQLException {
        return database.transaction(connection -> queue.postpone(connection, tasks, delay));
    }

    List<Long> askToStop(List<Long> tasks) throws SQLException {
        return database.transaction(connection -> queue.askToStop(connection, tasks));
    }

    List<Long> askedToStop(long owner) throws SQLException {
        return database.statement(connection -> queue.askedToStop(connection, owner));
    }

    List<Rescued> rescue(int limit) throws SQLException {
        return database.transaction(connection -> queue.rescue(connection, LAST_RESCUE, limit));
    }

    static Settlement ended(Claim claim, TaskState end) {
        return Settlement.ended(claim, end, attempt(Attempt.Outcome.DONE));
    }

    static Attempt attempt(Attempt.Outcome outcome) {
        return new Attempt(outcome, 200, "answer", false, Duration.ofMillis(5));
    }

    static List<Long> ids(List<Claim> claims) {
        return claims.stream().map(Claim::id).toList();
    }

    long id(String name) throws SQLException {
        return longs("select id from task where client_id = '" + name + "'").get(0);
    }

    String state(long task) throws SQLException {
        return column("select state from task where id = " + task).get(0);
    }

    int count(String condition) throws SQLException {
        return Integer.parseInt(
                column("select count(*) from task where " + condition).get(0));
    }

    void execute(String sql) throws SQLException {
        database.statement(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    List<Long> longs(String sql) throws SQLException {
        return column(sql).stream().map(Long::valueOf).toList();
    }

    List<String> column(String sql) throws SQLException {
        return rows(sql).stream().map(each -> each.get(0)).toList();
    }

    /** Every value as its text. */
    List<List<String>> rows(String sql) throws SQLException {
        return database.statement(connection -> read(connection, sql));
    }

    private static List<List<String>> read(Connection connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            List<List<String>> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    Object value = rows.getObject(i);
                    row.add(value == null ? null : value.toString());
                }
                all.add(row);
            }
            return all;
        }
    }

    static List<String> row(Object... values) {
        List<String> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value == null ? null : value.toString());
        }
        return row;
    }

    static boolean[] stored(TaskState[] states) {
        boolean[] stored = new boolean[states.length];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = states[i] != null;
        }
        return stored;
    }
}

package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.cluster.Members;
import org.taskcenter.cluster.Membership;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Ids;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Details;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ending;
import org.taskcenter.testing.Pool;

class IntakeTest {
    private static final int MOST_WAITING = 30_000;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final List<Wakeup.Hint> told = new ArrayList<>();
    private final List<Long> notStored = new CopyOnWriteArrayList<>();
    private volatile Details<String> details = IntakeTest::notes;
    private JdbcConnectionPool pool;
    private Database database;
    private Intake<String> intake;

    @BeforeEach
    void begin() throws SQLException {
        String name = "intake-" + DATABASES.incrementAndGet();
        new Migration(Pool.h2Settings(name)).run();
        pool = Pool.h2(name, 8);
        database = new Database(pool);
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table note (task_id bigint primary key, text varchar(10))");
        }
        H2Queue queue = new H2Queue();
        Ids ids = new Ids(database);
        Membership membership = new Membership(
                new Members(database),
                ids,
                "here",
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                System::nanoTime,
                id -> {});
        Dispatcher dispatcher = new Dispatcher(
                database, queue, membership, Ending.NONE, Set::of, List.of(), 10, Executors.defaultThreadFactory());
        Wakeup wakeup = new Wakeup() {
            @Override
            public void waiting(List<Hint> hints) {
                synchronized (told) {
                    told.addAll(hints);
                }
            }

            @Override
            public void stopAsked() {
                throw new IllegalStateException("nothing is stopped here");
            }
        };
        intake = new Intake<>(
                database,
                queue,
                ids,
                new Lanes(database, queue),
                new Details<>() {
                    @Override
                    public Rows rows(long[] numbers, List<String> given) {
                        return details.rows(numbers, given);
                    }

                    @Override
                    public void notStored(long id) {
                        notStored.add(id);
                    }
                },
                new Room(database, queue, MOST_WAITING),
                dispatcher,
                wakeup);
    }

    @AfterEach
    void close() {
        clients.shutdownNow();
        pool.dispose();
    }

    @Test
    void refusesMoreThanMayWait() throws Exception {
        intake.submit(many("m", MOST_WAITING));

        assertThatThrownBy(() -> intake.submit(items("one more"))).isInstanceOf(Intake.Overload.class);
        assertThat(tasks()).isEqualTo(MOST_WAITING);
    }

    @Test
    void storesTasksAndTheirDetailsAndSaysWhere() throws Exception {
        assertThat(intake.submit(items("a", "b", "a", "c"))).containsExactly(true, true, false, true);
        assertThat(intake.submit(items("c", "d"))).containsExactly(false, true);
        assertThat(intake.submit(List.of())).isEmpty();

        assertThat(ask("select string_agg(text, '' order by text) from note")).isEqualTo("abcd");
        assertThat(tasks()).isEqualTo(4);
        assertThat(ask("select count(*) from task join note on id = task_id and client_id = text"))
                .isEqualTo("4");
        assertThat(told).hasSize(2);
    }

    @Test
    void saysWhatWasNotStored() throws Exception {
        intake.submit(items("a", "b"));
        assertThat(notStored).isEmpty();
        intake.submit(items("b", "c", "a"));
        assertThat(notStored).hasSize(2);
        assertThat(ask("select count(*) from task where id = any (array[" + notStored.get(0) + "," + notStored.get(1)
                        + "])"))
                .isEqualTo("0");

        notStored.clear();
        assertThatThrownBy(() -> intake.submit(items("a text that is too long for the column", "d")))
                .isInstanceOf(SQLException.class);
        assertThat(notStored).hasSize(2);
    }

    @Test
    void wakesNobodyForWhatIsNotDue() throws Exception {
        Draft later = new Draft("call", "a", "1", null, "x", 0, Duration.ofMinutes(1));
        intake.submit(List.of(new Intake.Item<>(later, "1")));

        assertThat(told).isEmpty();
        assertThat(tasks()).isEqualTo(1);
    }

    @Test
    void everyOneOfManyGetsTheirOwnAnswer() throws Exception {
        List<Future<boolean[]>> answers = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int client = 0; client < 16; client++) {
            int number = client;
            answers.add(clients.submit(() -> {
                start.await();
                boolean[] all = new boolean[100];
                for (int i = 0; i < 50; i++) {
                    // Every second name is handed in by two clients.
                    boolean[] two = intake.submit(items("own-" + number + "-" + i, "both-" + number / 2 + "-" + i));
                    all[2 * i] = two[0];
                    all[2 * i + 1] = two[1];
                }
                return all;
            }));
        }
        start.countDown();

        int own = 0;
        int both = 0;
        for (Future<boolean[]> answer : answers) {
            boolean[] all = answer.get();
            for (int i = 0; i < 100; i += 2) {
                own += all[i] ? 1 : 0;
                both += all[i + 1] ? 1 : 0;
            }
        }
        assertThat(own).isEqualTo(16 * 50);
        assertThat(both).isEqualTo(8 * 50);
        assertThat(tasks()).isEqualTo(24 * 50);
        assertThat(ask("select count(*) from note")).isEqualTo(Integer.toString(24 * 50));
    }

    @Test
    void theFaultOfOneIsNotTheOthers() throws Exception {
        for (String bad : List.of("too long for it", "bad luck")) {
            Gate gate = new Gate();
            details = (numbers, given) -> {
                gate.pass();
                if (given.contains("bad luck")) {
                    throw new IllegalStateException("bad luck");
                }
                return notes(numbers, given);
            };
            String round = bad.substring(0, 3);
            List<Future<boolean[]>> first = List.of(hand(round + "1"), hand(round + "2"));
            gate.awaitQueue(2);
            // While two are being written, these gather behind them and are written together.
            Future<boolean[]> good = hand(round + "good");
            Future<boolean[]> refused = hand(bad);
            Future<boolean[]> fine = hand(round + "fine");
            gate.open();

            assertThatThrownBy(refused::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SQLException.class)
                    .hasStackTraceContaining(bad);
            for (Future<boolean[]> each : List.of(first.get(0), first.get(1), good, fine)) {
                assertThat(each.get()).containsExactly(true);
            }
        }
        assertThat(tasks()).isEqualTo(8);
        assertThat(ask("select count(*) from note")).isEqualTo("8");
    }

    @Test
    void evenAnErrorLeavesNobodyWaiting() throws Exception {
        details = (numbers, given) -> {
            throw new NoClassDefFoundError("of a broken build");
        };
        List<Future<boolean[]>> all =
                IntStream.range(0, 8).mapToObj(i -> hand("n" + i)).toList();
        for (Future<boolean[]> each : all) {
            assertThatThrownBy(each::get).hasCauseInstanceOf(SQLException.class);
        }
        details = IntakeTest::notes;
        assertThat(intake.submit(items("after"))).containsExactly(true);
        assertThat(tasks()).isEqualTo(1);
    }

    @Test
    void saysSoWhenTooMuchIsHandedIn() throws Exception {
        Gate gate = new Gate();
        List<Future<boolean[]>> first = holdUpTwo(gate);
        Future<boolean[]> large = clients.submit(() -> intake.submit(many("l", 20_000)));
        // It has to be in the queue before the next one comes.
        await().until(() -> intake.queued() == 20_000);

        assertThatThrownBy(() -> intake.submit(items("too much"))).isInstanceOf(Intake.Overload.class);

        gate.open();
        assertThat(large.get()).hasSize(20_000);
        assertThat(first.get(0).get()).containsExactly(true);
        assertThat(first.get(1).get()).containsExactly(true);
        assertThat(intake.submit(items("too much"))).containsExactly(true);
        assertThat(intake.queued()).isZero();
    }

    @Test
    void whatIsLargeByItselfIsTaken() throws Exception {
        assertThat(intake.submit(many("n", 20_001))).hasSize(20_001).doesNotContain(false);
    }

    @Test
    void anInterruptedClientStillLearnsWhatBecameOfIt() throws Exception {
        Gate gate = new Gate();
        List<Future<boolean[]>> first = holdUpTwo(gate);
        List<Object> seen = new ArrayList<>();
        Thread impatient = new Thread(() -> {
            try {
                seen.add(intake.submit(items("mine"))[0]);
                seen.add(Thread.interrupted());
            } catch (SQLException | Intake.Overload e) {
                seen.add(e);
            }
        });
        impatient.start();
        await().until(() -> intake.queued() == 1);
        impatient.interrupt();
        gate.open();
        impatient.join();

        assertThat(seen).containsExactly(true, true);
        assertThat(first.get(0).get()).containsExactly(true);
    }

    /** Holds writers up until it is opened. */
    private static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);
        private final AtomicInteger waiting = new AtomicInteger();

        void pass() {
            waiting.incrementAndGet();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void awaitQueue(int writers) {
            await().until(() -> waiting.get() == writers);
        }

        void open() {
            open.countDown();
        }
    }

    /** Two clients whose writers the gate holds up, so that whoever comes next has to wait. */
    private List<Future<boolean[]>> holdUpTwo(Gate gate) {
        details = (numbers, given) -> {
            gate.pass();
            return notes(numbers, given);
        };
        List<Future<boolean[]>> first = List.of(hand("1"), hand("2"));
        gate.awaitQueue(2);
        return first;
    }

    private Future<boolean[]> hand(String name) {
        return clients.submit(() -> intake.submit(items(name)));
    }

    private static Details.Rows notes(long[] numbers, List<String> given) {
        return new Details.Rows(
                "note", List.of(new Details.Column("text", "varchar(10)", given.toArray(String[]::new))));
    }

    private static List<Intake.Item<String>> items(String... names) {
        return List.of(names).stream().map(IntakeTest::item).toList();
    }

    private static List<Intake.Item<String>> many(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> item(name + i)).toList();
    }

    private static Intake.Item<String> item(String name) {
        return new Intake.Item<>(new Draft("call", "a", name, null, "x", 0, Duration.ZERO), name);
    }

    private int tasks() throws SQLException {
        return Integer.parseInt(ask("select count(*) from task"));
    }

    private String ask(String sql) throws SQLException {
        return database.statement(connection -> {
            try (Statement statement = connection.createStatement();
                    var row = statement.executeQuery(sql)) {
                row.next();
                return row.getString(1);
            }
        });
    }
}

package org.taskcenter.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.testing.TestStore;

/** Totals are exact at every moment, whatever the database. */
abstract class CountsContract {
    private static final Group MINE = new Group(1, "suno", "song", 1, "NOT_START");
    private static final Group THEIRS = new Group(2, "suno", "song", 1, "NOT_START");

    private Counts counts;
    private Database database;

    abstract TestStore store();

    @BeforeEach
    void begin() throws SQLException {
        counts = new Counts(store().isPostgres());
        database = new Database(store().pool());
        execute("delete from platform_count");
        execute("delete from platform_change");
    }

    @Test
    void whatIsAddedCountsAtOnceAndAfterItWasAddedUp() throws SQLException {
        add(new Change(MINE, 7, 3), new Change(MINE, 7, 2), new Change(THEIRS, 8, 1));
        assertThat(total(Filter.of(1))).isEqualTo(5);
        assertThat(total(Filter.ALL)).isEqualTo(6);

        addUp();
        assertThat(total(Filter.of(1))).isEqualTo(5);
        assertThat(total(Filter.of(2))).isEqualTo(1);
        assertThat(total(Filter.of(3))).isZero();
        assertThat(total(Filter.ALL)).isEqualTo(6);

        add(new Change(MINE, 7, -1), new Change(new Group(1, "suno", "song", 1, "SUCCESS"), 9, 1));
        assertThat(total(Filter.of(1).withStatus("SUCCESS"))).isEqualTo(1);
        addUp();
        assertThat(total(Filter.of(1).withStatus("SUCCESS"))).isEqualTo(1);
        assertThat(total(Filter.of(1).withStatus("NOT_START"))).isEqualTo(4);
        assertThat(total(Filter.of(1))).isEqualTo(5);
    }

    @Test
    void eachPartOfAGroupIsAFilter() throws SQLException {
        add(
                new Change(MINE, 7, 1),
                new Change(new Group(1, "other", "song", 1, "NOT_START"), 9, 10),
                new Change(new Group(1, "suno", "lyrics", 1, "NOT_START"), 9, 100),
                new Change(new Group(1, "suno", "song", 2, "NOT_START"), 9, 1_000));
        for (int round = 0; round < 2; round++) {
            assertThat(total(Filter.of(1).withPlatform("suno"))).isEqualTo(1_101);
            assertThat(total(Filter.of(1).withAction("song"))).isEqualTo(1_011);
            assertThat(total(Filter.ALL.withChannel(1L))).isEqualTo(111);
            assertThat(total(Filter.ALL.withChannel(1L).withAction("lyrics"))).isEqualTo(100);
            addUp();
        }
    }

    @Test
    void whatCancelsOutIsNothing() throws SQLException {
        add(new Change(MINE, 7, 1), new Change(MINE, 7, -1));
        assertThat(rows("platform_change")).isZero();
    }

    @Test
    void whatIsAddedUpIsFewRows() throws SQLException {
        for (int i = 0; i < 20; i++) {
            add(new Change(MINE, 7, 1));
        }
        addUp();
        assertThat(rows("platform_change")).isZero();
        assertThat(rows("platform_count"))
                .as("mine, everybody's, and everybody's in a block and in a span")
                .isEqualTo(4);
    }

    @Test
    void blocksAndSpansThatAGroupHasLeftAreForgotten() throws SQLException {
        long far = Counts.SPANS.blocks() * Counts.BLOCK;
        add(new Change(MINE, 7, 1), new Change(MINE, 2 * Counts.BLOCK, 1), new Change(MINE, far, 1));
        addUp();
        assertThat(rows("platform_count where account_id = -1")).isEqualTo(3);
        assertThat(rows("platform_count where account_id = -2")).isEqualTo(2);
        add(new Change(MINE, 7, -1), new Change(MINE, far, -1));
        addUp();
        assertThat(rows("platform_count where account_id = -1")).isEqualTo(1);
        assertThat(rows("platform_count where account_id = -2")).isEqualTo(1);
        assertThat(total(Filter.ALL)).isEqualTo(1);
    }

    /** Tasks change their status under 6 threads, 2 add up, and somebody looks all the time. */
    @Test
    void atEveryMomentTheSumIsRight() throws Exception {
        add(new Change(MINE, 7, 1_000), new Change(THEIRS, 8, 1_000));
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(9);
        try {
            List<Future<Integer>> others = new ArrayList<>();
            others.add(threads.submit(() -> {
                int looks = 0;
                for (boolean last = false; !last; looks++) {
                    last = over.get();
                    assertThat(total(Filter.of(1))).isEqualTo(1_000);
                    assertThat(total(Filter.ALL)).isEqualTo(2_000);
                }
                return looks;
            }));
            for (int i = 0; i < (store().isPostgres() ? 2 : 1); i++) {
                others.add(threads.submit(() -> {
                    int rounds = 0;
                    for (; !over.get(); rounds++) {
                        addUp();
                    }
                    return rounds;
                }));
            }
            List<Callable<Void>> work = new ArrayList<>();
            for (int seed = 0; seed < 6; seed++) {
                Random random = new Random(seed);
                work.add(() -> {
                    for (int i = 0; i < 100; i++) {
                        Group from = random.nextBoolean() ? MINE : THEIRS;
                        String to = List.of("SUBMITTED", "QUEUED", "SUCCESS").get(random.nextInt(3));
                        add(
                                new Change(from, 7, -1),
                                new Change(new Group(from.account(), "suno", "song", 1 + random.nextInt(2), to), 9, 1));
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
            over.set(true);
            for (Future<Integer> other : others) {
                assertThat(other.get()).isPositive();
            }
        } finally {
            threads.shutdownNow();
        }
        addUp();
        assertThat(total(Filter.ALL)).isEqualTo(2_000);
        assertThat(total(Filter.ALL.withStatus("NOT_START"))).isEqualTo(1_400);
    }

    private long total(Filter filter) throws SQLException {
        return database.statement(connection -> counts.total(connection, filter));
    }

    private void add(Change... changes) throws SQLException {
        database.transaction(connection -> {
            counts.add(connection, List.of(changes));
            return null;
        });
    }

    private void addUp() throws SQLException {
        while (database.transaction(counts::addUp)) {
            // There is more.
        }
    }

    private int rows(String table) throws SQLException {
        return database.statement(connection -> {
            try (Statement statement = connection.createStatement();
                    var row = statement.executeQuery("select count(*) from " + table)) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = store().pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

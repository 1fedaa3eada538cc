package org.taskcenter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

/**
 * The statements of the queue read what they need and no more, whatever the planner believes of the table: before any
 * statistics are taken, with those of an empty table, and with fresh ones, also where a plan made for an empty table is kept.
 */
class PostgresPlansTest {
    private static final int MANY = 100_000;
    private static final int LANES = 40;

    private final PostgresQueue queue = new PostgresQueue();
    private final PostgresServer server = PostgresServer.shared();
    /** One connection, so that plans that were kept are used again. */
    private final DatabaseSettings settings = Pool.settings(server, server.createDatabase());

    private final JdbcConnectionPool pool = Pool.postgres(settings, 1);

    private final Database database = new Database(pool);
    private final Ids ids = new Ids(database);
    private long member;

    @AfterEach
    void close() {
        pool.dispose();
    }

    @Test
    void withoutStatistics() throws SQLException {
        begin();
        workSomeTimes(12);
        fill();
        provePlans();
    }

    @Test
    void withTheStatisticsOfAnEmptyTable() throws SQLException {
        begin();
        execute("analyze");
        workSomeTimes(12);
        fill();
        provePlans();
    }

    @Test
    void withFreshStatistics() throws SQLException {
        begin();
        fill();
        execute("vacuum analyze");
        provePlans();
    }

    @Test
    void withFreshStatisticsOfAFullTableInWhichFewWait() throws SQLException {
        begin();
        fill();
        execute("update task set state = 'succeeded' where lane = 2 or run_at > now() + interval '1 minute'");
        execute("vacuum analyze");
        execute("update task set state = 'waiting' where state = 'succeeded'");
        provePlans();
    }

    private void begin() throws SQLException {
        new Migration(settings).run();
        for (String table : List.of("task", "lane", "member", "attempt")) {
            execute("alter table " + table + " set (autovacuum_enabled = false)");
        }
        member = ids.take(1)[0];
        execute("insert into member values (" + member + ", 'here', 'alive', now(), now())");
        for (int i = 1; i <= LANES; i++) {
            String client = "client-" + i;
            assertThat(database.<Integer>transaction(connection -> queue.lane(connection, "call", client, "x", 0)))
                    .isEqualTo(i);
        }
    }

    /** Lane 1: many due and many not yet due. Lane 2: many not yet due. The others: some due. */
    private void fill() throws SQLException {
        for (int from = 0; from < MANY; from += 10_000) {
            add(1, 10_000, Duration.ZERO);
            add(from < MANY / 2 ? 1 : 2, 10_000, Duration.ofHours(1));
        }
        for (int lane = 3; lane <= LANES; lane++) {
            add(lane, 20, Duration.ZERO);
        }
    }

    private void provePlans() throws SQLException {
        List<Share> shares = IntStream.rangeClosed(1, LANES)
                .mapToObj(lane -> new Share(lane, 0, lane == 1 ? 100 : 5))
                .toList();
        int dealt = 100 + 5 * (LANES - 2);
        Reads before = reads();
        for (int time = 1; time <= 3; time++) {
            assertThat(backlog()).hasSize(LANES);
            List<Claim> claims = claim(shares);
            assertThat(claims).hasSize(dealt);
            work(claims);
        }
        Reads after = reads();
        assertThat(after.scans - before.scans).as("scans of the whole table").isZero();
        assertThat(after.entries - before.entries)
                .as("entries read in the index of what waits")
                .isLessThan(3 * (dealt * 3 + LANES * 4 + 200));
        assertThat(after.rows - before.rows).as("rows read by any index").isLessThan(3 * dealt * 20);
    }

    private void workSomeTimes(int times) throws SQLException {
        for (int time = 0; time < times; time++) {
            add(1 + time % LANES, 5, Duration.ZERO);
            backlog();
            work(claim(List.of(new Share(1 + time % LANES, 0, 5))));
        }
    }

    /** Everything that is done with claimed tasks, until none of them is open. */
    private void work(List<Claim> claims) throws SQLException {
        List<Long> tasks = claims.stream().map(Claim::id).toList();
        database.statement(connection -> queue.markSent(connection, claims));
        database.statement(connection -> queue.held(connection, member));
        database.transaction(connection -> queue.askToStop(connection, tasks.subList(0, 2)));
        database.statement(connection -> queue.askedToStop(connection, member));
        database.transaction(connection -> queue.rescue(connection, 3, 500));
        List<Settlement> settlements = Stream.concat(
                        claims.stream().skip(3).map(claim -> Settlement.ended(claim, TaskState.SUCCEEDED, done())),
                        claims.stream().limit(3).map(claim -> Settlement.again(claim, done(), Duration.ofDays(1))))
                .toList();
        database.transaction(
                connection -> queue.settle(connection, member, settlements, new TaskState[settlements.size()]));
        database.transaction(connection -> queue.cancelWaiting(connection, tasks));
    }

    private static Attempt done() {
        return new Attempt(Attempt.Outcome.DONE, 200, "answer", false, Duration.ZERO);
    }

    private void add(int lane, int tasks, Duration delay) throws SQLException {
        long[] numbers = ids.take(tasks);
        List<Draft> drafts = new ArrayList<>();
        for (long number : numbers) {
            drafts.add(new Draft("call", "client-" + lane, "n" + number, null, "x", 0, delay));
        }
        int[] lanes = IntStream.generate(() -> lane).limit(tasks).toArray();
        database.transaction(connection -> queue.add(connection, NewTasks.waiting(numbers, lanes, drafts, null)));
    }

    private List<Backlog> backlog() throws SQLException {
        return database.statement(connection -> queue.backlog(connection, 0, 1_000));
    }

    private List<Claim> claim(List<Share> shares) throws SQLException {
        return database.statement(connection -> queue.claim(connection, member, shares));
    }

    private record Reads(long scans, long entries, long rows) {}

    private Reads reads() throws SQLException {
        execute("select pg_stat_force_next_flush()");
        return database.statement(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select t.seq_scan, i.idx_tup_read, t.idx_tup_fetch"
                            + " from pg_stat_user_tables t join pg_stat_user_indexes i using (relid)"
                            + " where t.relname = 'task' and i.indexrelname = 'task_waiting'")) {
                row.next();
                return new Reads(row.getLong(1), row.getLong(2), row.getLong(3));
            }
        });
    }

    private void execute(String sql) throws SQLException {
        database.statement((Connection connection) -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }
}

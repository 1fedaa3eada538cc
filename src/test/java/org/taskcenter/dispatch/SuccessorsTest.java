package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Ids;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.testing.Between;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.ScriptedRunner;

/** Tasks that are born in the transaction that ends others. */
class SuccessorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String name = "successors-" + DATABASES.incrementAndGet();
    private final ScriptedRunner calls = new ScriptedRunner("call");
    private final ScriptedRunner pushes = new ScriptedRunner("push");
    private final Queue<Claim> claimedLater = new ConcurrentLinkedQueue<>();
    private JdbcConnectionPool pool;
    private Member member;
    private Successors<String> successors;

    @BeforeEach
    void begin() throws SQLException {
        new Migration(Pool.h2Settings(name)).run();
        pool = Pool.h2(name, 2);
        member = Member.onH2(
                name,
                Options.of(calls, pushes)
                        .queue(queue -> Between.of(queue, "claim", call -> {
                            @SuppressWarnings("unchecked")
                            List<Claim> claims = (List<Claim>) call.proceed();
                            claims.stream()
                                    .filter(claim -> claim.kind().equals("push"))
                                    .forEach(claimedLater::add);
                            return claims;
                        })));
        Database database = new Database(pool);
        H2Queue queue = new H2Queue();
        successors = new Successors<>(
                queue,
                new Ids(database),
                new Lanes(database, queue),
                (ids, details) -> null,
                new Announcer(member.dispatcher(), Wakeup.NOBODY));
        await().atMost(PATIENCE).until(() -> member.looks() > 0);
    }

    @AfterEach
    void close() {
        member.close();
        pool.dispose();
    }

    @Test
    void areBegunByTheStatementThatStoresThem() throws Exception {
        member.atEnds(this::push);

        member.submit(calls(10));

        awaitSucceeded(20);
        assertThat(claimedLater).isEmpty();
        assertThat(numbers("select attempt from task where kind = 'push'")).containsOnly(1L);
    }

    @Test
    void waitWhereThereAreNoPlacesForThem() throws Exception {
        pushes.block();
        member.atEnds(this::push);

        member.submit(calls(60));

        await().atMost(PATIENCE).until(() -> calls.begun().size() == 60);
        await().atMost(PATIENCE).until(() -> pushes.underWay().size() == Window.FIRST);
        pushes.release();
        awaitSucceeded(120);
        assertThat(claimedLater).isNotEmpty();
        assertThat(numbers("select attempt from task where kind = 'push'")).containsOnly(1L);
    }

    @Test
    void waitWhileTheirKindIsPaused() throws Exception {
        member.pause("push");
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > looks + 1);
        member.atEnds(this::push);

        member.submit(calls(10));

        await().atMost(PATIENCE)
                .until(() -> numbers("select id from task where kind = 'push' and state = 'waiting'")
                                .size()
                        == 10);
        assertThat(pushes.begun()).isEmpty();
    }

    @Test
    void areNotBegunWhereTheTransactionFails() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        member.atEnds((connection, ended) -> {
            Runnable afterwards = push(connection, ended);
            if (fails.getAndSet(false)) {
                throw new SQLException("The database is gone for a moment", "08006");
            }
            return afterwards;
        });

        member.submit(calls(10));

        awaitSucceeded(20);
        assertThat(numbers("select attempt from task")).containsOnly(1L);
        assertThat(pushes.begun()).hasSize(10);
    }

    /** It is declared dead, and joins anew, between the storing of its successors and their beginning. */
    @Test
    void goBackInLineWhereTheirMemberIsNotTheSameAnyMore() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        member.atEnds((connection, ended) -> {
            Runnable afterwards = push(connection, ended);
            return () -> {
                if (first.getAndSet(false)) {
                    rejoin();
                }
                afterwards.run();
            };
        });

        member.submit(calls(1));

        awaitSucceeded(2);
        assertThat(claimedLater).hasSize(1);
        assertThat(pushes.begun()).hasSize(1);
    }

    private void rejoin() {
        try {
            member.membership().join();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Runnable push(Connection connection, List<Ended> ended) throws SQLException {
        List<Intake.Item<String>> items = ended.stream()
                .filter(task -> task.kind().equals("call"))
                .map(task -> new Draft("push", task.client(), "of-" + task.id(), null, "x", 0, Duration.ZERO))
                .map(draft -> new Intake.Item<>(draft, "details"))
                .toList();
        return items.isEmpty() ? Ending.NOTHING_MORE : successors.add(connection, items);
    }

    private static List<Draft> calls(int tasks) {
        return IntStream.range(0, tasks)
                .mapToObj(i -> new Draft("call", "a", "n" + i, null, "x", 0, Duration.ZERO))
                .toList();
    }

    private void awaitSucceeded(int tasks) {
        await().atMost(PATIENCE)
                .until(() ->
                        numbers("select id from task where state = 'succeeded'").size() == tasks);
    }

    private List<Long> numbers(String sql) throws SQLException {
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<Long> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getLong(1));
            }
            return values;
        }
    }
}

package org.taskcenter.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.call.CancelledCall.Effect;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.testing.Between;
import org.taskcenter.testing.Pool;

/** Asking for calls and cancelling them, on tables that nobody works on. */
class CallsTest {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Selection GROUP = new Selection("acme", null, "g");

    private final String name = "calls-" + DATABASES.incrementAndGet();
    private final List<Integer> portions = new ArrayList<>();
    private final List<CancelledCall> cancelled = new ArrayList<>();
    private JdbcConnectionPool pool;
    private Calls calls;

    @BeforeEach
    void begin() {
        new Migration(Pool.h2Settings(name)).run();
        pool = Pool.h2(name, 2);
        calls = calls(new H2Queue());
    }

    @AfterEach
    void close() {
        pool.dispose();
    }

    private Calls calls(Queue queue) {
        Database database = new Database(pool);
        Ending nothing = (connection, tasks) -> Ending.NOTHING_MORE;
        return new Calls(database, null, new Cancellation(database, queue, nothing, null, Wakeup.NOBODY));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Calls of the group, some of which were accepted at the same moment. */
    private void tasks(int count, int atOnce, String state) throws SQLException {
        execute(
                "insert into task (id, kind, client, client_id, group_name, lane, rank, state, accepted_at, due_at, run_at,"
                        + " ended_at) select x, 'call', 'acme', 'n' || x, 'g', 1, 0, '" + state
                        + "', dateadd(second, (x - 1) / " + atOnce
                        + ", timestamp with time zone '2030-01-01 00:00:00+00'),"
                        + " current_timestamp, current_timestamp,"
                        + (List.of("waiting", "running").contains(state) ? "null" : "current_timestamp")
                        + " from system_range(1, " + count + ")");
    }

    private void attempt(int task, String outcome, int code, String body) throws SQLException {
        execute("update task set attempt = 1 where id = " + task);
        execute("insert into attempt values (" + task + ", 1, 1, 1, '" + outcome + "', " + code + ", " + body
                + ", false, 1, current_timestamp, null)");
    }

    private Range cancel(boolean force, long offset, long limit) {
        return calls.cancel(GROUP, force, offset, limit, some -> {
            portions.add(some.size());
            cancelled.addAll(some);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "2500, 1, 0, 9223372036854775807, 2500",
        "2500, 700, 0, 9223372036854775807, 2500",
        "2500, 9999, 7, 2100, 2100",
        "2500, 700, 1500, 9223372036854775807, 1000",
        "1000, 700, 0, 1000, 1000",
        "2500, 700, 0, 0, 0",
        "10, 3, 10, 5, 0"
    })
    void aCancelGoesThroughAGroupSomeAtATime(int count, int atOnce, int offset, long limit, int touched)
            throws SQLException {
        tasks(count, atOnce, "waiting");

        assertThat(cancel(false, offset, limit)).isEqualTo(new Range(offset, count));

        assertThat(portions).allMatch(size -> size <= 1_000);
        assertThat(cancelled)
                .extracting(CancelledCall::id)
                .containsExactlyElementsOf(IntStream.rangeClosed(offset + 1, offset + touched)
                        .mapToObj(i -> "n" + i)
                        .toList());
        assertThat(cancelled).allMatch(call -> call.effect() == Effect.CANCELLED);
        assertThat(calls.find(GROUP, 0, 1_000).items().stream()
                        .filter(call -> call.status().state().isEnded()))
                .hasSize(Math.min(1_000 - Math.min(offset, 1_000), touched));
    }

    @Test
    void longBodiesAreReadWhenTheyAreAskedFor() throws SQLException {
        tasks(3, 1, "succeeded");
        attempt(1, "done", 200, "'short'");
        attempt(2, "done", 200, "repeat('é', 600)");
        attempt(3, "done", 204, "null");

        List<FoundCall> found = calls.find(GROUP, 0, 10).items();

        assertThat(found).extracting(FoundCall::isComplete).containsExactly(true, false, true);
        assertThat(found).extracting(FoundCall::length).containsExactly(5, 1_200, 0);
        assertThat(found.get(1).status().body()).isNull();
        assertThat(calls.read(found)).extracting(CallStatus::body).containsExactly("short", "é".repeat(600), null);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, 0, Cancelled while it waited.",
                "refused, 503, effect of what was sent before is unknown",
                "refused, 500, effect of what was sent before is unknown",
                "broken, 504, effect of what was sent before is unknown",
                "interrupted, 504, effect of what was sent before is unknown",
                "stopped, 410, as it was stored",
                "interrupted, 410, as it was stored"
            })
    void aCancelledCallSaysWhetherItMayHaveHadAnEffect(String outcome, int code, String text) throws SQLException {
        tasks(1, 1, "cancelled");
        if (outcome != null) {
            attempt(1, outcome, code, "'as it was stored'");
        }

        CallStatus status = calls.read(
                        calls.find(new Selection("acme", "n1", null), 0, 1).items())
                .get(0);

        assertThat(status.code()).isEqualTo(410);
        assertThat(status.body()).contains(text);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallThatEndsBeforeItsCancelHasEnded(boolean force) throws SQLException {
        tasks(2, 1, "running");
        String end = "update task set state = 'failed', ended_at = current_timestamp where id = 1";
        calls = calls(Between.of(new H2Queue(), "cancelWaiting", call -> {
            execute(end);
            return call.proceed();
        }));
        if (force) {
            execute("delete from task where id = 2");
        }

        cancel(force, 0, 10);

        List<Effect> effects = cancelled.stream().map(CancelledCall::effect).toList();
        assertThat(effects).isEqualTo(force ? List.of(Effect.ENDED) : List.of(Effect.ENDED, Effect.RUNNING));
    }
}

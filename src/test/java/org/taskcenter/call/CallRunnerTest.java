package org.taskcenter.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Exchange;
import org.taskcenter.gate.Failure;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.secret.Vault;
import org.taskcenter.secret.Vaults;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Pool;

class CallRunnerTest {
    private static final int LONG = 1_000_000;
    private static final long MEMORY = 20L * LONG;

    private static final Vault VAULT = Vaults.any();

    private final List<Integer> sent = new ArrayList<>();
    private final List<Consumer<Result>> ends = new ArrayList<>();
    private final List<Integer> stopped = new ArrayList<>();
    private final List<Settlement> settled = new ArrayList<>();
    private final CallDetails details = new CallDetails(VAULT);
    private final JdbcConnectionPool pool = pool();
    private final AtomicInteger statements = new AtomicInteger();
    private final CallRunner runner =
            new CallRunner(new Database(counted(pool)), new H2Queue(), details, this::send, MEMORY, Clock.systemUTC());

    private static JdbcConnectionPool pool() {
        new Migration(Pool.h2Settings("call-runner")).run();
        return Pool.h2("call-runner", 2);
    }

    @AfterEach
    void close() {
        pool.dispose();
    }

    @Test
    void whatIsWrongWithOneCallDoesNotConcernTheOthers() {
        details.rows(new long[] {1, 3}, List.of(call("1"), call("3")));

        runner.run(List.of(claim(1, 1), claim(2, 1), claim(3, 1)), settled::add);

        assertThat(sent).hasSize(2);
        assertThat(settled).hasSize(1);
        assertThat(settled.get(0).claim().id()).isEqualTo(2);
        assertThat(settled.get(0).next()).isEqualTo(TaskState.FAILED);
        assertThat(settled.get(0).attempt().code()).isEqualTo(500);
    }

    @Test
    void aClaimIsStoppedEvenIfTheSameTaskHasBeenClaimedAnew() {
        for (int epoch = 1; epoch <= 2; epoch++) {
            details.rows(new long[] {1}, List.of(call("1")));
            runner.run(List.of(claim(1, epoch)), settled::add);
        }

        runner.stop(claim(1, 1), Why.INTERRUPTED);
        assertThat(stopped).containsExactly(0);
        runner.stop(claim(1, 2), Why.INTERRUPTED);
        assertThat(stopped).containsExactly(0, 1);
    }

    @Test
    void theRoomOfALongAnswerIsTakenUntilItsResultIsStored() {
        details.rows(new long[] {1, 2}, List.of(call("1"), call("2")));
        runner.run(List.of(claim(1, 1), claim(2, 1)), settled::add);
        int[] kept = new int[1];
        Answer.Room room = new Answer.Room() {
            @Override
            public boolean keep(int bytes) {
                kept[0] = bytes;
                return true;
            }

            @Override
            public void giveBack() {
                kept[0] = 0;
            }
        };
        ends.get(0).accept(new Answer(200, List.of(), new byte[100_000], false, Duration.ZERO, room));
        ends.get(1).accept(new Answer(200, List.of(), new byte[10], false, Duration.ZERO));
        assertThat(settled).hasSize(2);

        runner.stored(claim(2, 1));
        runner.stored(claim(1, 2));
        assertThat(kept).containsExactly(100_000);
        runner.stored(claim(1, 1));
        assertThat(kept).containsExactly(0);
    }

    @Test
    void longCallsAreReadFewAtATimeAndNoMoreThanThereIsMemoryForIsUnderWay() throws SQLException {
        List<Claim> claims = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            store(i, i <= 10 ? LONG : 20_000);
            claims.add(claim(i, 1));
        }
        store(13, 10);
        claims.add(claim(13, 1));

        runner.run(claims, settled::add);

        // A half of the memory is for one client, which is less than ten of these with what belongs to them.
        assertThat(sent).hasSize(12);
        assertThat(statements).as("one for all, and three for long ones").hasValue(4);
        assertWaits(10);

        runner.run(List.of(claim(10, 2)), settled::add);
        assertThat(sent).hasSize(12);
        assertWaits(10);

        ends.forEach(end -> end.accept(new Failure(Failure.Kind.CONNECT, "nobody there", Duration.ZERO)));
        assertThat(settled).hasSize(12);
        settled.clear();
        runner.run(List.of(claim(10, 3)), settled::add);
        assertThat(settled).isEmpty();
        assertThat(sent).hasSize(13);
    }

    /** That one call alone is settled, and is to be tried again without having been made. */
    private void assertWaits(long id) {
        assertThat(settled).singleElement().satisfies(settlement -> {
            assertThat(settlement.claim().id()).isEqualTo(id);
            assertThat(settlement.next()).isEqualTo(TaskState.WAITING);
            assertThat(settlement.attempt()).isNull();
            assertThat(settlement.delay()).isPositive();
        });
        settled.clear();
    }

    @Test
    void whatWasHandedInLatelyCountsToo() {
        details.rows(new long[] {1}, List.of(call("1", new byte[9 * LONG], Duration.ZERO)));
        details.rows(new long[] {2}, List.of(call("2", new byte[9 * LONG], Duration.ZERO)));

        runner.run(List.of(claim(1, 1), claim(2, 1)), settled::add);

        assertThat(sent).hasSize(1);
        assertWaits(2);
    }

    @Test
    void onlyWhatMayBeginSoonIsKept() throws SQLException {
        details.rows(
                new long[] {1, 2, 3},
                List.of(call("1", null, Duration.ofSeconds(5)), call("2", null, Duration.ofSeconds(6)), call("3")));
        details.notStored(3);

        assertThat(details.load(new Database(pool), List.of(1L, 2L, 3L)).calls())
                .containsOnlyKeys(1L);
    }

    private void store(long id, int bytes) throws SQLException {
        Draft draft = new Draft(CallRunner.KIND, "acme", "" + id, null, "target.example", 0, Duration.ZERO);
        new Database(pool)
                .transaction(connection -> new H2Queue()
                        .add(
                                connection,
                                NewTasks.waiting(
                                        new long[] {id},
                                        new int[] {1},
                                        List.of(draft),
                                        new CallDetails(VAULT)
                                                .rows(
                                                        new long[] {id},
                                                        List.of(call("" + id, new byte[bytes], Duration.ZERO))))));
    }

    private DataSource counted(DataSource source) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    statements.incrementAndGet();
                    return method.invoke(source, arguments);
                });
    }

    private Exchange send(Request request, Consumer<Result> done) {
        int number = sent.size();
        sent.add(number);
        ends.add(done);
        return () -> stopped.add(number);
    }

    private static NewCall call(String id) {
        return call(id, null, Duration.ZERO);
    }

    private static NewCall call(String id, byte[] body, Duration delay) {
        return new NewCall(
                1,
                "acme",
                id,
                null,
                URI.create("http://target.example/" + id),
                "POST",
                Map.of(),
                body,
                Duration.ofSeconds(1),
                Retry.DEFAULT,
                false,
                delay,
                0,
                null);
    }

    private static Claim claim(long id, int epoch) {
        Draft draft = new Draft("call", "acme", "" + id, null, "target.example", 0, Duration.ZERO);
        Claim first = Claim.first(id, draft, 1);
        return new Claim(
                id,
                first.kind(),
                first.client(),
                first.clientId(),
                first.lane(),
                first.priority(),
                first.generation(),
                epoch,
                epoch,
                0,
                first.waited(),
                first.age());
    }
}

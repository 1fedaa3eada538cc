package org.taskcenter.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Exchange;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.secret.Vaults;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Pool;

class CallRunnerTest {
    private final List<Integer> sent = new ArrayList<>();
    private final List<Consumer<Result>> ends = new ArrayList<>();
    private final List<Integer> stopped = new ArrayList<>();
    private final List<Settlement> settled = new ArrayList<>();
    private final CallDetails details = new CallDetails(Vaults.any());
    private final JdbcConnectionPool pool = pool();
    private final CallRunner runner =
            new CallRunner(new Database(pool), new H2Queue(), details, this::send, Clock.systemUTC());

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

    private Exchange send(Request request, Consumer<Result> done) {
        int number = sent.size();
        sent.add(number);
        ends.add(done);
        return () -> stopped.add(number);
    }

    private static NewCall call(String id) {
        return new NewCall(
                1,
                "acme",
                id,
                null,
                URI.create("http://target.example/" + id),
                "POST",
                Map.of(),
                null,
                Duration.ofSeconds(1),
                Retry.DEFAULT,
                false,
                Duration.ZERO,
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

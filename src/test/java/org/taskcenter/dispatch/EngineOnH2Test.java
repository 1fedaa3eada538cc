package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Ids;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Settlement;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.ScriptedRunner;

/** The engine on the embedded database, where it is alone. */
class EngineOnH2Test {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String name = "engine-" + DATABASES.incrementAndGet();
    private final List<Member> members = new ArrayList<>();
    private JdbcConnectionPool pool;

    @BeforeEach
    void begin() throws SQLException {
        new Migration(Pool.h2Settings(name)).run();
        pool = Pool.h2(name, 2);
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table ending (task_id bigint, generation int, state varchar)");
        }
    }

    @AfterEach
    void close() {
        members.forEach(Member::close);
        pool.dispose();
    }

    @Test
    void endsEachTaskOnceWhilePartOfThemIsCancelled() throws Exception {
        Member member = start(EngineOnH2Test::play);
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) {
            String prefix = round + "-";
            member.submit(IntStream.range(0, 100)
                    .mapToObj(i -> draft("client-" + i % 3, "target-" + i % 5, prefix + i))
                    .toList());
            Long[] some = column("select id from task").stream()
                    .map(Long::valueOf)
                    .filter(id -> random.nextInt(10) == 0)
                    .toArray(Long[]::new);
            member.cancel(random.nextBoolean(), some);
        }

        await().atMost(PATIENCE)
                .until(() -> column("select id from task where state in ('waiting', 'running')")
                        .isEmpty());

        assertThat(column("select count(*) from task")).containsExactly("2000");
        assertThat(column(
                        "select id from task left join ending on task_id = id group by id having count(task_id) <> 1"))
                .isEmpty();
        assertThat(column("select id from task join ending on task_id = id where task.state <> ending.state"))
                .isEmpty();
        assertThat(column("select distinct state from task order by state"))
                .containsExactly("cancelled", "failed", "succeeded");
        assertThat(member.isHealthy()).isTrue();
    }

    /** More nanoseconds than a long counts. */
    @Test
    void whatIsDueInCenturiesIsAcceptedAndHoldsUpNobody() throws Exception {
        Member member = start(claim -> CompletableFuture.completedFuture(ScriptedRunner.succeeded(claim)));

        assertThat(member.submit(
                        draft("century", Duration.ofDays(100 * 366)), draft("millennia", Duration.ofDays(4_000 * 366))))
                .containsExactly(true, true);
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > looks + 2);
        member.submit(draft("a", "x", "now"));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(column("select client_id from task where state = 'succeeded'"))
                        .containsExactly("now"));
        assertThat(column("select client_id from task where state = 'waiting' order by client_id"))
                .containsExactly("century", "millennia");
        assertThat(member.isHealthy()).isTrue();
    }

    @Test
    void theNextStartDoesWhatTheLastOneLeft() throws Exception {
        Member before = start(claim -> new CompletableFuture<>());
        before.submit(
                IntStream.range(0, 10).mapToObj(i -> draft("a", "x", "n" + i)).toList());
        await().atMost(PATIENCE).until(() -> before.runner().underWay().size() == 10);
        long incarnation = before.id();
        // As killed: it says nothing more, and its claims stand.
        before.pause("call");
        before.stopPulse();
        Member after = start(claim -> CompletableFuture.completedFuture(ScriptedRunner.succeeded(claim)));

        after.membership().retirePredecessor(incarnation);

        await().atMost(PATIENCE)
                .until(() ->
                        column("select id from task where state = 'succeeded'").size() == 10);
        assertThat(column("select distinct rescues from task")).containsExactly("1");
    }

    @Test
    void aLaneOfSteadyTasksHasTheLimitItWasMadeWith() throws Exception {
        Queue queue = new H2Queue();
        store(queue, "narrow", 3, 40);
        store(queue, "open", 0, 40);
        ScriptedRunner runner = new ScriptedRunner("call", claim -> new CompletableFuture<>());

        members.add(Member.onH2(name, Options.of(runner).steadily()));

        await().atMost(PATIENCE).until(() -> runner.underWay().size() == 43);
        assertThat(runner.underWay().stream().filter(claim -> claim.clientId().startsWith("narrow")))
                .hasSize(3);
        for (int i = 0; i < 37; i++) {
            runner.endOne("narrow");
            await().atMost(PATIENCE).until(() -> runner.underWay().size() == 43);
        }
        assertThat(runner.begun()).hasSize(80);
    }

    private void store(Queue queue, String target, int most, int tasks) throws SQLException {
        Database database = new Database(pool);
        List<Draft> drafts = IntStream.range(0, tasks)
                .mapToObj(i -> draft("a", target, target + i))
                .toList();
        database.transaction(connection -> {
            int lane = queue.lane(connection, "call", "a", target, most);
            int[] lanes = IntStream.range(0, tasks).map(i -> lane).toArray();
            return queue.add(connection, NewTasks.waiting(new Ids(database).take(tasks), lanes, drafts, null));
        });
    }

    private Member start(Function<Claim, CompletableFuture<Settlement>> script) throws SQLException {
        Member member = Member.onH2(name, Options.of(new ScriptedRunner("call", script)));
        members.add(member);
        return member;
    }

    private static CompletableFuture<Settlement> play(Claim claim) {
        int cast = new Random(claim.id() * 31 + claim.epoch()).nextInt(100);
        CompletableFuture<Settlement> end = new CompletableFuture<>();
        if (cast < 40) {
            end.complete(ScriptedRunner.succeeded(claim));
        } else if (cast < 70) {
            CompletableFuture.delayedExecutor(cast, TimeUnit.MILLISECONDS)
                    .execute(() -> end.complete(ScriptedRunner.succeeded(claim)));
        } else if (cast < 90 && claim.countedAttempt() < 4) {
            end.complete(ScriptedRunner.again(claim, Duration.ofMillis(cast)));
        } else {
            end.complete(ScriptedRunner.failed(claim));
        }
        return end;
    }

    private static Draft draft(String client, String target, String name) {
        return new Draft("call", client, name, null, target, 0, Duration.ZERO);
    }

    private static Draft draft(String name, Duration delay) {
        return new Draft("call", "a", name, null, "x", 0, delay);
    }

    private List<String> column(String sql) throws SQLException {
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}

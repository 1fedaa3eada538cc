package org.taskcenter.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Settlement;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.ScriptedRunner;

class MetricsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KIND = "call";

    private final Metrics metrics = new Metrics();
    private final ScriptedRunner runner = new ScriptedRunner(KIND);
    private JdbcConnectionPool pool;
    private Member member;
    private Sampler sampler;

    @BeforeEach
    void begin() throws SQLException {
        String name = "metrics";
        new Migration(Pool.h2Settings(name)).run();
        pool = Pool.h2(name, 2);
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table ending (task_id bigint, generation int, state varchar)");
        }
        metrics.tasks().knows(KIND);
        member = Member.onH2(name, Options.of(runner).queue(queue -> new MeteredQueue(queue, metrics.tasks())));
        sampler = new Sampler(member.database(), new H2Queue(), List.of(KIND), Thread::new);
    }

    @AfterEach
    void close() throws SQLException {
        member.close();
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop all objects");
        }
        pool.dispose();
    }

    @Test
    void countsWhatBecomesOfTasks() throws Exception {
        runner.play(claim -> CompletableFuture.completedFuture(play(claim)));
        member.submit(drafts("t", 10, Duration.ZERO));
        member.submit(drafts("t", 1, Duration.ZERO)); // its name is taken

        await().atMost(PATIENCE).until(() -> ended("succeeded") + ended("failed") == 10);

        Page page = Page.of(metrics);
        assertThat(ended("failed")).isEqualTo(1);
        assertThat(page.value("taskcenter_tasks_accepted_total", "kind", KIND)).hasValue(10);
        assertThat(page.value("taskcenter_claims_total", "kind", KIND)).hasValue(11);
        assertThat(page.value("taskcenter_settles_total", "kind", KIND)).hasValue(11);
        assertThat(page.value("taskcenter_settles_total", "state", "waiting")).hasValue(1);
        assertThat(page.value("taskcenter_attempts_total", "outcome", "done")).hasValue(9);
        assertThat(page.value("taskcenter_attempts_total", "outcome", "broken")).hasValue(1);
        assertThat(page.value("taskcenter_attempts_total", "outcome", "refused"))
                .hasValue(1);
        assertThat(page.value("taskcenter_attempt_seconds_count", "kind", KIND)).hasValue(11);
        assertThat(page.value("taskcenter_start_delay_seconds_count", "kind", KIND))
                .hasValue(11);
    }

    /** The first to be claimed fails, the one of the name t1 is tried twice. */
    private static Settlement play(Claim claim) {
        return switch (claim.clientId()) {
            case "t0" -> ScriptedRunner.failed(claim);
            case "t1" ->
                claim.attempt() == 1
                        ? ScriptedRunner.again(claim, Duration.ofMillis(1))
                        : ScriptedRunner.succeeded(claim);
            default -> ScriptedRunner.succeeded(claim);
        };
    }

    @Test
    void samplesDepthAndAge() throws Exception {
        runner.block();
        member.submit(drafts("running", 3, Duration.ZERO));
        await().atMost(PATIENCE).until(() -> runner.underWay().size() == 3);
        member.pause(KIND);
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > looks + 1);
        member.submit(drafts("waiting", 5, Duration.ZERO));
        member.submit(drafts("later", 2, Duration.ofHours(1)));
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("update task set run_at = dateadd(minute, -10, run_at) where client_id = 'waiting2'");
        }

        Sample sample = sampler.look();

        assertThat(sample.depths())
                .containsEntry(new Sample.Depth(KIND, "running"), 3L)
                .containsEntry(new Sample.Depth(KIND, "waiting"), 5L)
                .containsEntry(new Sample.Depth(KIND, "scheduled"), 2L);
        assertThat(sample.oldest().get(KIND)).isBetween(599.0, 900.0);
        assertThat(sample.members()).isEqualTo(Map.of("alive", 1L, "retired", 0L, "dead", 0L));
    }

    @Test
    void showsWhatTheSamplerFound() throws Exception {
        metrics.show(sampler);
        sampler.start();
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Page.of(metrics).value("taskcenter_tasks", "kind", KIND))
                            .hasValue(0));
            assertThat(Page.of(metrics).value("taskcenter_oldest_due_seconds", "kind", KIND))
                    .hasValue(0);
            assertThat(Page.of(metrics).value("taskcenter_members", "state", "alive"))
                    .hasValue(1);
        } finally {
            sampler.close();
        }
    }

    @Test
    void requestsAreCountedByBoundedWords() throws IOException {
        metrics.http().served("/manager", "POST", 200, 1_000_000);
        metrics.http().served("/manager", "BREW", 4711, 1_000_000);

        Page page = Page.of(metrics);

        assertThat(page.value("taskcenter_http_request_seconds_count", "method", "POST", "status", "200"))
                .hasValue(1);
        assertThat(page.value("taskcenter_http_request_seconds_count", "method", "other", "status", "other"))
                .hasValue(1);
    }

    private double ended(String state) throws IOException {
        return Page.of(metrics)
                .value("taskcenter_tasks_ended_total", "state", state)
                .orElse(0);
    }

    private static List<Draft> drafts(String name, int count, Duration delay) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Draft(KIND, "client", name + i, null, "target", 0, delay))
                .toList();
    }
}

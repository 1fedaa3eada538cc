package org.taskcenter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.task.Draft;
import org.taskcenter.testing.Between;
import org.taskcenter.testing.Cluster;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.ScriptedRunner;

/** An engine that has nothing to do, or may not do it, asks the database about once a second and not more. */
class IdleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOOKS = 4;

    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final ScriptedRunner runner = new ScriptedRunner("call");
    private Cluster cluster;
    private Member member;

    @BeforeEach
    void begin() throws SQLException {
        cluster = new Cluster(PostgresServer.shared());
        member = cluster.join(
                "member",
                Options.of(runner)
                        .most(4)
                        .queue(queue -> Between.of(queue, (method, call) -> {
                            asked.merge(method, 1, Integer::sum);
                            return call.proceed();
                        })));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void withoutTasks() throws Exception {
        member.submit(draft("one", Duration.ZERO));
        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'succeeded'") == 1);

        look();

        assertThat(asked.getOrDefault("claim", 0)).isZero();
        assertThat(asked.getOrDefault("askedToStop", 0)).isLessThanOrEqualTo(1);
        assertThat(asked.getOrDefault("settle", 0)).isZero();
    }

    @Test
    void withTasksForLater() throws Exception {
        member.submit(IntStream.range(0, 1_000)
                .mapToObj(i -> draft("later-" + i, Duration.ofHours(1)))
                .toList());

        look();

        assertThat(asked.getOrDefault("claim", 0)).isZero();
    }

    @Test
    void withAPausedKind() throws Exception {
        member.pause("call");
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > looks + 1);
        for (int i = 0; i < 20; i++) {
            String round = i + "-";
            member.submit(IntStream.range(0, 5_000)
                    .mapToObj(n -> draft(round + n, Duration.ZERO))
                    .toList());
        }

        look();

        assertThat(asked.getOrDefault("claim", 0)).isZero();
    }

    @Test
    void withAKindThatIsUnknown() throws Exception {
        member.submit(List.of(new Draft("unheard-of", "a", "1", null, "x", 0, Duration.ZERO)));

        look();

        assertThat(asked.getOrDefault("claim", 0)).isZero();
    }

    @Test
    void withAFullRoom() throws Exception {
        runner.block();
        member.submit(IntStream.range(0, 100)
                .mapToObj(i -> draft("n" + i, Duration.ZERO))
                .toList());
        // Three of four places: one is left for other clients.
        await().atMost(PATIENCE).until(() -> runner.underWay().size() == 3);

        look();

        assertThat(asked.getOrDefault("claim", 0)).isZero();
        assertThat(asked.getOrDefault("askedToStop", 0)).isLessThanOrEqualTo(LOOKS + 2);
        runner.release();
        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'succeeded'") == 100);
    }

    /** Lets some looks pass, in which it asks for the backlog only once each. */
    private void look() {
        int before = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > before + 1);
        asked.clear();
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() >= looks + LOOKS);
        assertThat(asked.get("backlog")).isBetween(LOOKS - 1, LOOKS + 1);
        assertThat(asked.getOrDefault("held", 0)).isLessThanOrEqualTo(1);
    }

    private static Draft draft(String name, Duration delay) {
        return new Draft("call", "a", name, null, "x", 0, delay);
    }
}

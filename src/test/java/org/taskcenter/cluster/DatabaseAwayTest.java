package org.taskcenter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.cluster.MembersStage.KIND;
import static org.taskcenter.cluster.MembersStage.PATIENCE;
import static org.taskcenter.cluster.MembersStage.task;
import static org.taskcenter.cluster.MembersStage.tasks;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Cluster;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.ScriptedRunner;

/** Two members, both at work, whose database goes away and comes back. */
class DatabaseAwayTest {
    private static final int TASKS = 60;

    private final PostgresServer server = new PostgresServer().start();
    private Cluster cluster;
    private Member one;
    private Member two;
    private List<Long> incarnations;

    @BeforeEach
    void begin() throws Exception {
        cluster = new Cluster(server);
        one = cluster.join("one", Options.of(new ScriptedRunner(KIND)));
        two = cluster.join("two", Options.of(new ScriptedRunner(KIND)));
        one.runner().block();
        two.runner().block();
        one.submit(tasks(TASKS));
        await().atMost(PATIENCE)
                .until(() -> one.runner().underWay().size() > 0
                        && two.runner().underWay().size() > 0);
        incarnations = List.of(one.id(), two.id());
    }

    @AfterEach
    void end() {
        try {
            cluster.close();
        } finally {
            server.close();
        }
    }

    @Test
    void itMayStopAndStart() throws Exception {
        int mine = one.runner().underWay().size();

        server.stop(PostgresServer.Stop.IMMEDIATE);
        // These results come while there is nobody to take them.
        one.runner().release();
        await().atMost(PATIENCE).until(() -> !one.isHealthy() && !two.isHealthy());
        server.start();
        two.runner().release();

        assertAllIsDone();
        assertThat(mine).isPositive();
        one.submit(task("afterwards"));
        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'succeeded'") == TASKS + 1);
    }

    @Test
    void itMayHang() {
        server.freeze();
        await().atMost(PATIENCE).until(() -> !one.isHealthy() && !two.isHealthy());
        await().atMost(PATIENCE)
                .until(() -> one.runner().underWay().isEmpty()
                        && two.runner().underWay().isEmpty());
        one.runner().release();
        two.runner().release();
        server.thaw();

        assertAllIsDone();
    }

    /** Each task once, and nobody was declared dead for it. */
    private void assertAllIsDone() {
        await().atMost(PATIENCE)
                .until(() -> cluster.tasks("state = 'succeeded'") == TASKS && one.isHealthy() && two.isHealthy());
        assertThat(cluster.oddEnds()).isEmpty();
        assertThat(List.of(one.id(), two.id())).isEqualTo(incarnations);
        assertThat(cluster.tasks("rescues > 0")).isZero();
    }
}

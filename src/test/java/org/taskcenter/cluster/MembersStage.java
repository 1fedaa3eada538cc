package org.taskcenter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.taskcenter.task.Draft;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Cluster;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.ScriptedRunner;

/** Members on one PostgreSQL, and what tests do with them. After each test all tasks have ended, each once. */
abstract class MembersStage {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String KIND = "call";

    Cluster cluster;

    @BeforeEach
    void begin() throws SQLException {
        cluster = new Cluster(PostgresServer.shared());
    }

    @AfterEach
    void everyTaskEndedOnce() {
        try {
            assertThat(cluster.oddEnds()).isEmpty();
        } finally {
            cluster.close();
        }
    }

    /** How many claims an answer of the queue holds. */
    static int claims(Object answer) {
        return answer instanceof TaskState[] states
                ? Collections.frequency(Arrays.asList(states), TaskState.RUNNING)
                : ((List<?>) answer).size();
    }

    Member join(String name) throws SQLException {
        return cluster.join(name, Options.of(new ScriptedRunner(KIND)));
    }

    static void pause(Member member) {
        member.pause(KIND);
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > looks + 1);
    }

    /** Has it do this many tasks, which go on until they are released. */
    static void occupy(Member member, int tasks) throws Exception {
        member.runner().block();
        member.submit(tasks(tasks));
        await().atMost(PATIENCE).until(() -> member.runner().underWay().size() == tasks);
    }

    void awaitEnds(int tasks) {
        await().atMost(PATIENCE).until(() -> cluster.number("select count(*) from ending") == tasks);
    }

    static List<Draft> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> task("n" + i)).toList();
    }

    static Draft task(String name) {
        return draft("a", "x", name);
    }

    static Draft draft(String client, String target, String name) {
        return new Draft(KIND, client, name, null, target, 0, Duration.ZERO);
    }
}

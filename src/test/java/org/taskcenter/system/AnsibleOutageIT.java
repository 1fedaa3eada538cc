package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;
import static org.junit.jupiter.api.parallel.ExecutionMode.SAME_THREAD;
import static org.taskcenter.testing.ChannelClient.inside;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.ShowOutput;

/**
 * Runs of Ansible while one of two members does nothing for a minute, or both cannot reach the database for as long, with the times
 * for leases that a centre has without settings. Beside other tests, as most of it is waiting.
 */
@ExtendWith(ShowOutput.class)
@Execution(CONCURRENT)
class AnsibleOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static HeldNodes nodes;
    private static PostgresServer server;
    private static Centre one;
    private static Centre other;

    @BeforeAll
    static void start() throws IOException {
        nodes = new HeldNodes(folder.resolve("work"));
        server = new PostgresServer().start();
        server.createDatabase("outage");
        one = Centre.setup().on(server, "outage").idle();
        other = Centre.setup().on(server, "outage").idle();
        Centre.startAll(one, other);
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
        server.close();
    }

    @Test
    @Execution(SAME_THREAD)
    void whatAFrozenMemberDidIsNeverDoneTwiceAtATime() throws Exception {
        nodes.hold("f1", "f2");
        long run = client(one).submit("run", nodes.body("frozen", "f1"));
        long parallel = client(one).submit("parallel_run", nodes.body("frozen-parallel", "f2"));
        await().atMost(PATIENCE).until(() -> nodes.starts("f1") > 0 && nodes.starts("f2") > 0);
        Centre frozen = nodes.memberAt("f1", one, other);
        Centre left = frozen == one ? other : one;
        int starts = nodes.starts("f1");

        frozen.freeze();
        try {
            awaitOutageIn(() -> nodes.doubles().isEmpty());
            await().atMost(PATIENCE).until(() -> nodes.starts("f1") == starts + 1);
            assertThat(nodes.memberAt("f1", left)).isSameAs(left);
        } finally {
            frozen.thaw();
        }
        await().atMost(PATIENCE).until(() -> frozen.health("ready") == 200);
        nodes.release("f1", "f2");

        for (long id : List.of(run, parallel)) {
            JsonNode end = client(left).awaitEnd(id);
            assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
            assertThat(inside(end.at("/nodes/0/log")).findValuesAsText("task"))
                    .filteredOn(task -> task.equals("work"))
                    .hasSize(1);
        }
        assertThat(nodes.starts("f1")).isEqualTo(starts + 1);
        assertThat(nodes.doubles()).isEmpty();
        awaitNoProcesses();
    }

    @Test
    @Execution(SAME_THREAD)
    void whileTheDatabaseIsAwayNothingIsDoneThatOthersMayBegin() throws Exception {
        nodes.hold("d1", "d2");
        long run = client(one).submit("run", nodes.body("cut-off", "d1"));
        long parallel = client(one).submit("parallel_run", nodes.body("cut-off-parallel", "d2"));
        await().atMost(PATIENCE).until(() -> nodes.starts("d1") > 0 && nodes.starts("d2") > 0);
        int starts = nodes.starts("d1") + nodes.starts("d2");

        server.freeze();
        try {
            awaitOutageIn(() -> nodes.starts("d1") + nodes.starts("d2") == starts);
            assertThat(nodes.processes(one, other)).isEmpty();
            assertThat(List.of(one.isAlive(), other.isAlive())).containsOnly(true);
        } finally {
            server.thaw();
        }
        await().atMost(PATIENCE).until(() -> nodes.starts("d1") + nodes.starts("d2") == starts + 2);
        nodes.release("d1", "d2");

        for (long id : List.of(run, parallel)) {
            JsonNode end = client(one).awaitEnd(id);
            assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
        }
        assertThat(nodes.doubles()).isEmpty();
        awaitNoProcesses();
    }

    /** The whole time, looked at again and again. */
    private static void awaitOutageIn(Callable<Boolean> state) {
        await().during(OUTAGE).atMost(OUTAGE.plus(SOON)).until(state);
    }

    private static void awaitNoProcesses() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(nodes.processes(one, other)).isEmpty());
    }

    private static ChannelClient client(Centre centre) {
        return ChannelClient.ofAdmin(centre, "outage");
    }
}

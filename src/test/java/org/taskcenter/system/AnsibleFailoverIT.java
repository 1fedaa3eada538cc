package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.testing.ChannelClient.inside;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.SeenProcess;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.SshNodes;

/** Runs of Ansible, over SSH and on this machine, while one of two members is killed. */
@Timeout(400)
@ExtendWith(ShowOutput.class)
class AnsibleFailoverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** Sooner than ssh would end by itself the connections that it keeps. */
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static HeldNodes nodes;
    private static SshNodes ssh;
    private static PostgresServer server;
    private static String database;
    private static Centre one;
    private static Centre other;

    @BeforeAll
    static void start() throws IOException {
        nodes = new HeldNodes(folder.resolve("work"));
        ssh = SshNodes.start(Files.createDirectory(folder.resolve("nodes")), 3);
        server = PostgresServer.shared();
        database = server.newDatabase();
        one = member();
        other = member();
        Centre.startAll(one, other);
    }

    private static Centre member() {
        return Centre.setup()
                .on(server, database)
                .with("TASKCENTER_HEARTBEAT_SECONDS", "0.5")
                .with("TASKCENTER_LEASE_SECONDS", "12")
                .with("TASKCENTER_ANSIBLE_PRIVATE_KEY", ssh.key().toString())
                .idle();
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
        ssh.close();
    }

    @Test
    void whatAKilledMemberDidGoesOnWithTheNodesThatAreNotDone() throws Exception {
        String[] r = ssh.names().toArray(String[]::new);
        nodes.hold(r[2], "p3", "p4");
        ChannelClient client = client(one);
        long run = client.submit("run", ssh.overSsh(nodes.body("killed-run", r)));
        long parallel = client.submit("parallel_run", nodes.body("killed-parallel", "p1", "p2", "p3", "p4"));
        client.await(run, content -> statuses(content).equals(List.of(2, 2, 1)) && nodes.starts(r[2]) > 0);
        client.await(parallel, content -> statuses(content).equals(List.of(2, 2, 1, 1)) && nodes.starts("p4") > 0);
        assertThat(openTransactions()).isEmpty();
        List<Integer> startsOfDone = startsOf(r[0], r[1], "p1", "p2");
        Centre killed = Stream.of(one, other)
                .filter(centre -> SeenProcess.below(centre.pid()).stream()
                        .map(SeenProcess::command)
                        .anyMatch(command -> command.startsWith("ssh -C ") && command.contains(r[2])))
                .findAny()
                .orElseThrow();
        Centre left = killed == one ? other : one;

        List<SeenProcess> atWork = SeenProcess.below(killed.pid());
        assertThat(atWork)
                .as("the supervisor, the run's guard, playbook and worker, and two of ssh")
                .extracting(SeenProcess::command)
                .satisfies(commands -> assertThat(commands)
                        .filteredOn(command -> command.endsWith("/supervisor.py"))
                        .hasSizeGreaterThanOrEqualTo(4))
                .anyMatch(command -> command.startsWith("ssh -C "))
                .anyMatch(command -> command.startsWith("ssh: " + killed.home()) && command.endsWith(" [mux]"));

        killed.kill9();
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(atWork.stream().filter(SeenProcess::lives)).isEmpty());
        int starts = nodes.starts(r[2]);
        await().atMost(PATIENCE).until(() -> nodes.starts(r[2]) > starts);
        nodes.release(r[2], "p3", "p4");

        for (long id : List.of(run, parallel)) {
            JsonNode end = client(left).awaitEnd(id);
            assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
            for (int i : List.of(0, 1)) {
                assertThat(inside(end.at("/nodes/" + i + "/log")).findValuesAsText("status"))
                        .as("neither gap nor double line: " + end)
                        .containsExactly("ok", "ok");
            }
        }
        assertThat(startsOf(r[0], r[1], "p1", "p2")).isEqualTo(startsOfDone);
        assertThat(nodes.doubles()).isEmpty();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(nodes.processes(one, other)).isEmpty());
    }

    private static ChannelClient client(Centre centre) {
        return ChannelClient.ofAdmin(centre, "failover");
    }

    private static List<Integer> statuses(JsonNode content) {
        return content.path("nodes").findValues("status").stream()
                .map(JsonNode::intValue)
                .toList();
    }

    private static List<Integer> startsOf(String... done) {
        return Stream.of(done).map(nodes::starts).toList();
    }

    /** Transactions of the centres' that have been open for seconds. */
    private static List<String> openTransactions() {
        return server.texts(
                database,
                "select state || ' ' || query from pg_stat_activity"
                        + " where datname = current_database() and xact_start < now() - interval '2 seconds'");
    }
}

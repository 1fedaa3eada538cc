package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.testing.ChannelClient.inside;
import static org.taskcenter.testing.ChannelClient.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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

/** Runs of Ansible while one of two members is killed or frozen, or both cannot reach the database. */
@Timeout(400)
@ExtendWith(ShowOutput.class)
class AnsibleFailoverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** Sooner than ssh would end by itself the connections that it keeps. */
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static SshNodes ssh;
    private static PostgresServer server;
    private static String database;
    private static Centre one;
    private static Centre other;

    @BeforeAll
    static void start() throws IOException {
        ssh = SshNodes.start(Files.createDirectory(folder.resolve("nodes")), 3);
        server = PostgresServer.shared();
        String url = server.createDatabase();
        database = url.substring(url.lastIndexOf('/') + 1);
        one = member();
        other = member();
        one.launch();
        other.launch();
        one.awaitReady();
        other.awaitReady();
    }

    private static Centre member() {
        return Centre.setup()
                .on(server, database)
                .with("TASKCENTER_HEARTBEAT_SECONDS", "0.5")
                .with("TASKCENTER_LEASE_SECONDS", "12")
                .with("TASKCENTER_STOP_WORK_SECONDS", "4")
                .with("TASKCENTER_ANSIBLE_PRIVATE_KEY", ssh.key().toString())
                .idle();
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
        ssh.close();
    }

    @BeforeEach
    void bothAreThere() {
        for (Centre centre : List.of(one, other)) {
            if (!centre.isAlive()) {
                centre.start();
            }
        }
    }

    @Test
    void whatAKilledMemberDidGoesOnWithTheNodesThatAreNotDone() throws Exception {
        String[] r = ssh.names().toArray(String[]::new);
        hold(r[2], "p3", "p4");
        ChannelClient client = client(one);
        ObjectNode overSsh = body("killed-run", r).put("user", ssh.user());
        overSsh.withObject("/params").put("ansible_port", ssh.port()).remove("ansible_connection");
        long run = client.submit("run", overSsh);
        long parallel = client.submit("parallel_run", body("killed-parallel", "p1", "p2", "p3", "p4"));
        client.await(run, content -> statuses(content).equals(List.of(2, 2, 1)) && starts(r[2]) == 1);
        client.await(parallel, content -> statuses(content).equals(List.of(2, 2, 1, 1)) && starts("p4") == 1);
        assertThat(openTransactions()).isEmpty();
        Centre killed = Stream.of(one, other)
                .filter(centre -> begins(centre, run) > 0)
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
        await().atMost(PATIENCE).until(() -> begins(left, run) > 0);
        release(r[2], "p3", "p4");

        for (long id : List.of(run, parallel)) {
            JsonNode end = client(left).awaitEnd(id);
            assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
            for (int i : List.of(0, 1)) {
                assertThat(inside(end.at("/nodes/" + i + "/log")).findValuesAsText("status"))
                        .as("neither gap nor double line: " + end)
                        .containsExactly("ok", "ok");
            }
        }
        assertThat(Stream.of(r[0], r[1], "p1", "p2").map(AnsibleFailoverIT::starts))
                .containsOnly(1);
        assertThat(doubles()).isEmpty();
        awaitNoProcesses();
    }

    @Test
    void whatAFrozenMemberDidIsNeverDoneTwiceAtATime() throws Exception {
        hold("f1", "f2");
        long run = client(one).submit("run", body("frozen", "f1"));
        long parallel = client(one).submit("parallel_run", body("frozen-parallel", "f2"));
        await().atMost(PATIENCE).until(() -> starts("f1") == 1 && starts("f2") == 1);
        Centre frozen = Stream.of(one, other)
                .filter(centre -> begins(centre, run) > 0)
                .findAny()
                .orElseThrow();
        Centre left = frozen == one ? other : one;

        frozen.freeze();
        try {
            await().atMost(PATIENCE).until(() -> starts("f1") == 2);
        } finally {
            frozen.thaw();
        }
        release("f1", "f2");

        for (long id : List.of(run, parallel)) {
            JsonNode end = client(left).awaitEnd(id);
            assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
            assertThat(inside(end.at("/nodes/0/log")).findValuesAsText("task"))
                    .filteredOn(task -> task.equals("work"))
                    .hasSize(1);
        }
        assertThat(doubles()).isEmpty();
        awaitNoProcesses();
        await().atMost(PATIENCE).until(() -> frozen.health("ready") == 200);
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsDoneThatOthersMayBegin() throws Exception {
        hold("d1", "d2");
        long run = client(one).submit("run", body("cut-off", "d1"));
        long parallel = client(one).submit("parallel_run", body("cut-off-parallel", "d2"));
        await().atMost(PATIENCE).until(() -> starts("d1") == 1 && starts("d2") == 1);

        server.freeze();
        try {
            awaitNoProcesses();
            assertThat(List.of(one.isAlive(), other.isAlive())).containsOnly(true);
        } finally {
            server.thaw();
        }
        await().atMost(PATIENCE).until(() -> starts("d1") == 2 && starts("d2") == 2);
        release("d1", "d2");

        for (long id : List.of(run, parallel)) {
            JsonNode end = client(one).awaitEnd(id);
            assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
        }
        assertThat(doubles()).isEmpty();
        awaitNoProcesses();
    }

    private static ChannelClient client(Centre centre) {
        return new ChannelClient(centre.baseUri(), centre.adminToken()).as(ChannelClient.FIELD, "admin", "failover");
    }

    /** On each node: notes its start, waits while it is held; and notes where another is at it at the same time. */
    private static ObjectNode body(String name, String... nodes) {
        ObjectNode body = local(name, nodes);
        body.put("fork_num", 4);
        body.withObject("/params").put("here", folder.toString());
        return body.put("tasks", """
                - name: work
                  shell: |
                    cd {{ here }}
                    flock -n lock-$NODE sh -c 'echo x >>starts-$NODE; while test -e hold-$NODE; do sleep 0.1; done' || echo $NODE >>doubles
                  environment:
                    NODE: "{{ inventory_hostname }}"
                """);
    }

    private static void hold(String... nodes) throws IOException {
        for (String node : nodes) {
            Files.writeString(folder.resolve("hold-" + node), "");
        }
    }

    private static void release(String... nodes) throws IOException {
        for (String node : nodes) {
            Files.delete(folder.resolve("hold-" + node));
        }
    }

    /** How often a node was begun. */
    private static int starts(String node) {
        return lines("starts-" + node).size();
    }

    private static List<String> doubles() {
        return lines("doubles");
    }

    private static List<String> lines(String file) {
        try {
            Path path = folder.resolve(file);
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Integer> statuses(JsonNode content) {
        return content.path("nodes").findValues("status").stream()
                .map(JsonNode::intValue)
                .toList();
    }

    /** How often a member has begun the task of a run. */
    private static long begins(Centre centre, long task) {
        return centre.output().stream()
                .filter(line -> line.contains("TC01351: Task " + task + " "))
                .count();
    }

    /** What there is of runs: all below the supervisors, and what bears the marks of runs and is not. */
    private static List<String> processes() {
        Stream<SeenProcess> found = SeenProcess.with("starts-$NODE").stream();
        for (Centre centre : List.of(one, other)) {
            found = Stream.concat(found, SeenProcess.with(centre.home() + "/ansible/work/").stream());
            if (centre.isAlive()) {
                found = Stream.concat(
                        found,
                        SeenProcess.below(centre.pid()).stream().filter(process -> process.parent() != centre.pid()));
            }
        }
        return found.map(SeenProcess::command).toList();
    }

    private static void awaitNoProcesses() {
        await().atMost(SOON).untilAsserted(() -> assertThat(processes()).isEmpty());
    }

    /** Transactions of the centres' that have been open for seconds. */
    private static List<String> openTransactions() throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select state || ' ' || query from pg_stat_activity"
                        + " where datname = current_database() and xact_start < now() - interval '2 seconds'")) {
            List<String> open = new ArrayList<>();
            while (rows.next()) {
                open.add(rows.getString(1));
            }
            return open;
        }
    }
}

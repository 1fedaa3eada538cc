package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.AnsibleSettings;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.testing.SeenProcess;
import org.taskcenter.testing.SshNodes;

/** Runs on nodes over SSH. */
class SshTest {
    private static final int COUNT = 20;
    private static final int MORE = 6;

    @TempDir
    private static Path folder;

    private static SshNodes nodes;
    private static Stage stage;

    @BeforeAll
    static void open() throws Exception {
        nodes = SshNodes.start(Files.createDirectory(folder.resolve("nodes")), COUNT + MORE);
        AnsibleSettings settings = new AnsibleSettings(
                Optional.of(nodes.key()), Optional.empty(), AnsibleSettings.HostKeys.ACCEPT_NEW, List.of(), 50);
        stage = new Stage(Files.createDirectory(folder.resolve("home")), settings, Stage.QUICK);
    }

    @AfterAll
    static void close() {
        stage.close();
        nodes.close();
    }

    @Test
    void fastNodesAreDoneWhileASlowOneStillWorks() throws Exception {
        List<String> names = nodes.names().subList(0, COUNT);
        String down = names.get(3);
        String refusing = names.get(7);
        String slow = names.get(0);
        String failing = names.get(11);
        nodes.stop(down);
        nodes.refuseKeys(refusing);
        Files.writeString(nodes.folder(failing).resolve("failing"), "");
        Path hold = Files.writeString(nodes.folder(slow).resolve("hold"), "");
        Recorded run = stage.start(Orders.tasks("""
                        [{"name": "wait", "shell": "while test -e $NODE_FOLDER/hold; do sleep 0.1; done"},
                         {"name": "check", "shell": "test ! -e $NODE_FOLDER/failing && echo I am $NODE"}]""")
                .variables(nodes.variables())
                .on(names.toArray(String[]::new))
                .as(nodes.user())
                .forks(5));
        Stage.await(() -> run.done().size() == COUNT - 4);
        assertThat(run.isOver()).isFalse();
        assertThat(run.done()).doesNotContain(slow, down, refusing, failing);
        Files.delete(hold);
        Map<String, NodeResult> expected = names.stream().collect(Collectors.toMap(name -> name, name -> {
            if (name.equals(down) || name.equals(refusing)) {
                return NodeResult.UNREACHABLE;
            }
            return name.equals(failing) ? NodeResult.FAILED : NodeResult.SUCCEEDED;
        }));
        assertThat(run.exit()).isEqualTo(new Exit(Exit.Cause.FINISHED, expected, null));
        assertThat(run.done()).contains(slow).hasSize(COUNT - 3);
        assertThat(run.lines().stream().filter(line -> line.task().equals("check")))
                .hasSize(COUNT - 2)
                .filteredOn(line -> line.status() == Event.Status.OK)
                .allSatisfy(line -> assertThat(line.stdout()).isEqualTo("I am " + line.node()));
        assertThat(run.lines().stream().filter(line -> line.status() == Event.Status.UNREACHABLE))
                .extracting(Event.Line::node)
                .containsExactlyInAnyOrder(down, refusing);
        assertThat(stage.processes()).isEmpty();
        stage.assertTidy();
    }

    private Orders on(String tasks, String... names) {
        return Orders.tasks(tasks).variables(nodes.variables()).on(names).as(nodes.user());
    }

    /** A run that is under way on a node, with all processes that it has on this machine, and on the node, which is the same one. */
    private record AtWork(Recorded run, List<SeenProcess> processes) {
        /** Sooner than the connections that ssh keeps would end by themselves, and than the member's deadline passes. */
        void awaitNothingIsLeft() {
            Awaitility.await()
                    .atMost(15, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(processes.stream().filter(SeenProcess::lives))
                            .isEmpty());
        }
    }

    private AtWork startLong(String node, Duration limit) throws Exception {
        String mark = "mark-" + UUID.randomUUID();
        Recorded run = stage.start(Orders.playbook("""
                        - hosts: all
                          gather_facts: false
                          tasks:
                          - shell: sh -c 'touch $NODE_FOLDER/$0; sleep 600; true' %s
                        """.formatted(mark))
                .variables(nodes.variables())
                .on(node)
                .as(nodes.user())
                .within(limit));
        Stage.await(() -> run.isOver() || Files.exists(nodes.folder(node).resolve(mark)));
        List<SeenProcess> local = SeenProcess.below(stage.supervisor.pid());
        assertThat(local)
                .as("the guard, the playbook and its worker, the command's ssh, and the one that shares its connection")
                .extracting(SeenProcess::command)
                .satisfies(commands -> assertThat(commands)
                        .filteredOn(command -> command.endsWith("/supervisor.py"))
                        .hasSize(3))
                .anyMatch(command -> command.startsWith("ssh -C ") && command.contains(" ControlMaster=auto "))
                .anyMatch(command -> command.startsWith("ssh: " + stage.home) && command.endsWith(" [mux]"));
        List<SeenProcess> all = new ArrayList<>(local);
        all.addAll(SeenProcess.with(mark));
        assertThat(all)
                .extracting(SeenProcess::command)
                .contains("sh -c touch $NODE_FOLDER/$0; sleep 600; true " + mark);
        return new AtWork(run, all);
    }

    @Test
    void aStopLeavesNoProcess() throws Exception {
        AtWork work = startLong(nodes.names().get(20), Duration.ofMinutes(2));
        work.run().running.stop();
        work.awaitNothingIsLeft();
        assertThat(work.run().exit().cause()).isEqualTo(Exit.Cause.STOPPED);
        stage.assertTidy();
    }

    @Test
    void aTimeLimitLeavesNoProcess() throws Exception {
        AtWork work = startLong(nodes.names().get(20), Duration.ofSeconds(8));
        assertThat(work.run().exit().cause()).isEqualTo(Exit.Cause.TIME_LIMIT);
        work.awaitNothingIsLeft();
        stage.assertTidy();
    }

    @Test
    void aSupervisorThatIsKilledLeavesNoProcess() throws Exception {
        AtWork work = startLong(nodes.names().get(20), Duration.ofMinutes(2));
        Stage.signal("KILL", stage.supervisor.pid());
        work.awaitNothingIsLeft();
        assertThat(work.run().exit().cause()).isEqualTo(Exit.Cause.LOST);
        stage.awaitReady();
        stage.assertTidy();
    }

    @Test
    void aNodeCanHaveAKeyOfItsOwn() throws Exception {
        String own = nodes.names().get(21);
        String other = nodes.names().get(22);
        String key = nodes.useOwnKey(own).strip();
        Recorded run = stage.run(
                on("[]").on(List.of(new Order.Node(own, Optional.of(key)), new Order.Node(other, Optional.empty()))));
        assertThat(run.exit().results()).isEqualTo(Map.of(own, NodeResult.SUCCEEDED, other, NodeResult.SUCCEEDED));
        assertThat(stage.run(on("[]", own)).exit().results()).isEqualTo(Map.of(own, NodeResult.UNREACHABLE));
    }

    @Test
    void aUserIsANameAndNothingElse() {
        String node = nodes.names().get(23);
        Path touched = folder.resolve("touched");
        for (String user : List.of(
                "-oProxyCommand=touch " + touched,
                "x\" -o ProxyCommand=\"touch " + touched,
                "x\"\nProxyCommand touch " + touched,
                "{{ lookup('pipe', 'touch " + touched + "') }}")) {
            Recorded run = stage.run(on("[]", node).as(user));
            assertThat(run.exit().results()).as(user).isEqualTo(Map.of(node, NodeResult.UNREACHABLE));
        }
        assertThat(touched).doesNotExist();
        assertThat(stage.run(on("[{\"name\": \"who\", \"command\": \"id -un\"}]", node)
                                .as("nobody-there")
                                .variables(
                                        nodes.variables().replace("{", "{\"ansible_user\": \"" + nodes.user() + "\",")))
                        .line("who")
                        .stdout())
                .isEqualTo(nodes.user());
    }

    @Test
    void knownNodesAloneAreTrustedWhereThatIsAskedFor() throws Exception {
        String known = nodes.names().get(24);
        String unknown = nodes.names().get(25);
        Path home = Files.createDirectories(folder.resolve("strict"));
        Files.writeString(
                Files.createDirectories(home.resolve("ansible")).resolve("known_hosts"), nodes.knownHost(known));
        AnsibleSettings settings = new AnsibleSettings(
                Optional.of(nodes.key()), Optional.empty(), AnsibleSettings.HostKeys.STRICT, List.of(), 50);
        try (Stage strict = new Stage(home, settings, Stage.QUICK)) {
            Recorded run = strict.run(on("[]", known, unknown));
            assertThat(run.exit().results())
                    .isEqualTo(Map.of(known, NodeResult.SUCCEEDED, unknown, NodeResult.UNREACHABLE));
            assertThat(run.lines())
                    .filteredOn(line -> line.node().equals(unknown))
                    .singleElement()
                    // ssh may have gone before Ansible gave it the module.
                    .satisfies(line -> assertThat(line.msg())
                            .containsAnyOf("Host key verification failed", "Data could not be sent to remote host"));
        }
    }
}

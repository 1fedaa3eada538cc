package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.AnsibleSettings;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.testing.SshNodes;

/** Runs on nodes over SSH. */
class SshTest {
    private static final int COUNT = 20;

    @TempDir
    private static Path folder;

    private static SshNodes nodes;
    private static Stage stage;

    @BeforeAll
    static void open() throws Exception {
        nodes = SshNodes.start(Files.createDirectory(folder.resolve("nodes")), COUNT);
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
        List<String> names = nodes.names();
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
}

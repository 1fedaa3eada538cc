package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.playbook.ThisMachine.HOME;
import static org.taskcenter.playbook.ThisMachine.STAGE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;

/** When a run begins a node, when it is through with it, and with what result. */
class NodeProgressTest {
    @Test
    void aNodeIsBegunWhenItsTurnComes() throws Exception {
        Path hold = Files.writeString(HOME.resolve("hold-first"), "");
        Recorded run = STAGE.start(Orders.playbook("""
                        - hosts: all
                          gather_facts: false
                          tasks: [{name: holds, shell: "while test -e {{ hold }}; do sleep 0.1; done"}]
                        """)
                .with("\"hold\": \"" + hold + "\"")
                .on("a", "b")
                .forks(1));
        Stage.await(() -> !run.begun().isEmpty());
        assertThat(run.begun()).containsExactly("a");
        Files.delete(hold);
        assertThat(run.exit().results()).hasSize(2);
        assertThat(run.begun()).containsExactly("a", "b");
        assertThat(STAGE.run(Orders.tasks("[{\"ping\": null}, {\"ping\": null}]")
                                .on("a", "b"))
                        .begun())
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aNodeIsThroughWhenNothingIsLeftToDoOnIt() throws Exception {
        Path hold = Files.writeString(HOME.resolve("hold-last"), "");
        Path included = Files.writeString(HOME.resolve("included.yml"), "- {name: included, command: 'false'}\n");
        Recorded run = STAGE.start(Orders.tasks("""
                        [{"block": [{"name": "falls", "command": "false", "when": "inventory_hostname in ['rescued', 'always', 'ends']"}],
                          "rescue": [{"name": "caught", "command": "test {{ inventory_hostname }} != always"}],
                          "always": [{"name": "tidies", "command": "true"}, {"meta": "noop"}]},
                         {"name": "ends", "meta": "end_host", "when": "inventory_hostname == 'ends'"},
                         {"name": "includes", "include_tasks": "{{ included }}", "when": "inventory_hostname == 'includes'"},
                         {"name": "ignored", "command": "test {{ inventory_hostname }} != ignores", "ignore_errors": true},
                         {"name": "falls at last", "command": "test {{ inventory_hostname }} != falls"},
                         {"name": "holds", "shell": "while test -e {{ hold }}; do sleep 0.1; done", "when": "inventory_hostname == 'holds'"}]""")
                .with("\"hold\": \"" + hold + "\", \"included\": \"" + included + "\"")
                .on("falls", "rescued", "always", "ends", "includes", "ignores", "holds")
                .forks(7));

        Stage.await(() -> run.through().size() == 6);

        Map<String, NodeResult> expected = new TreeMap<>();
        List.of("rescued", "ends", "ignores").forEach(node -> expected.put(node, NodeResult.SUCCEEDED));
        List.of("falls", "always", "includes").forEach(node -> expected.put(node, NodeResult.FAILED));
        assertThat(run.through()).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(run.isOver()).isFalse();
        assertThat(run.events())
                .filteredOn(event -> event.toString().contains("node=always"))
                .extracting(event -> event instanceof Event.Line line
                        ? line.task()
                        : event.getClass().getSimpleName())
                .containsExactly("Begun", "Gathering Facts", "falls", "caught", "tidies", "Through");
        Files.delete(hold);
        expected.put("holds", NodeResult.SUCCEEDED);
        assertThat(run.exit()).isEqualTo(new Exit(Cause.FINISHED, expected, null));
        assertThat(run.through()).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void aNodeThatCannotBeReachedIsThrough() {
        Recorded run = STAGE.run(Orders.tasks("[{\"name\": \"here\", \"command\": \"true\"}]")
                .variables("{\"ansible_connection\": \"ssh\", \"ansible_port\": 1}")
                .on("127.0.0.1"));
        assertThat(run.through()).containsExactly(Map.entry("127.0.0.1", NodeResult.UNREACHABLE));
    }

    @Test
    void whatWasToldOfANodeStaysSo() {
        Recorded run = STAGE.run(Orders.tasks("""
                        [{"name": "falls", "command": "test {{ inventory_hostname }} != a"},
                         {"meta": "clear_host_errors", "when": "inventory_hostname == 'b'"},
                         {"name": "on", "command": "true"}]""").on("a", "b"));
        assertThat(run.line("on").node()).isEqualTo("b");
        assertThat(run.exit().results())
                .isEqualTo(Map.of("a", NodeResult.FAILED, "b", NodeResult.SUCCEEDED))
                .isEqualTo(run.through());
    }

    @Test
    void aPlaybookKeepsItsOwnStrategyAndNodesAreKnownAtItsEnd() {
        Recorded run = STAGE.run(Orders.playbook("""
                        - hosts: a, b
                          gather_facts: false
                          tasks:
                          - {name: one, command: "true"}
                          - {name: end, meta: end_host, when: inventory_hostname == 'b'}
                          - {name: two, command: "test {{ inventory_hostname }} != c"}
                        - hosts: c
                          gather_facts: false
                          tasks:
                          - {name: three, command: "false"}
                        """).on("a", "b", "c", "d"));
        assertThat(run.lines())
                .extracting(line -> line.task() + " " + line.node())
                .containsSubsequence("one a", "two a", "three c")
                .containsSubsequence("one b", "two a")
                .doesNotContain("two b");
        assertThat(run.done()).isEmpty();
        assertThat(run.exit())
                .isEqualTo(new Exit(
                        Cause.FINISHED,
                        Map.of("a", NodeResult.SUCCEEDED, "b", NodeResult.SUCCEEDED, "c", NodeResult.FAILED),
                        null));
    }

    @Test
    void nodesThatAPlaybookDoesNotComeToForTheFailuresOfOthersAreCutOff() {
        String failing =
                "\n  gather_facts: false\n  tasks: [{command: 'test {{ inventory_hostname }} != a'}, {command: 'true'}]\n";
        String later =
                "- hosts: '{{ those }}'\n  vars: {those: c}\n  gather_facts: false\n  tasks: [{command: 'true'}]\n";
        Map<String, NodeResult> cutOff =
                Map.of("a", NodeResult.FAILED, "b", NodeResult.CUT_OFF, "c", NodeResult.CUT_OFF);
        for (String play : List.of(
                "- hosts: a, b\n  serial: 1" + failing + later,
                "- hosts: a, b\n  any_errors_fatal: true" + failing + later,
                "- hosts: a, b\n  max_fail_percentage: 0" + failing + later)) {
            Exit exit = STAGE.run(Orders.playbook(play).on("a", "b", "c", "d")).exit();
            assertThat(exit).as(play).isEqualTo(new Exit(Cause.FINISHED, cutOff, null));
        }
        assertThat(STAGE.run(Orders.playbook("- hosts: a, b" + failing + later).on("a", "b", "c", "d"))
                        .exit()
                        .results())
                .isEqualTo(Map.of("a", NodeResult.FAILED, "b", NodeResult.SUCCEEDED, "c", NodeResult.SUCCEEDED));
    }

    @Test
    void aHostOrAPlayThatEndsEarlyHasDoneWell() {
        Recorded host = STAGE.run(Orders.tasks("""
                        [{"meta": "end_host", "when": "inventory_hostname == 'a'"}, {"name": "on", "command": "true"}]""").on("a", "b"));
        assertThat(host.exit())
                .isEqualTo(
                        new Exit(Cause.FINISHED, Map.of("a", NodeResult.SUCCEEDED, "b", NodeResult.SUCCEEDED), null));
        assertThat(host.line("on").node()).isEqualTo("b");
        assertThat(STAGE.run(Orders.tasks("[{\"meta\": \"end_play\"}, {\"command\": \"false\"}]"))
                        .exit()
                        .results())
                .containsExactly(Map.entry("n1", NodeResult.SUCCEEDED));
    }

    @Test
    void manyNodesAreWorkedOnAtATime() {
        Recorded run =
                STAGE.run(Orders.tasks("[{\"name\": \"here\", \"debug\": {\"msg\": \"{{ inventory_hostname }}\"}}]")
                        .on(IntStream.range(0, 8).mapToObj(i -> "n" + i).toArray(String[]::new))
                        .forks(8));
        assertThat(run.done()).hasSize(8);
        assertThat(run.ownLines()).allSatisfy(line -> assertThat(line.msg()).isEqualTo(line.node()));
    }
}

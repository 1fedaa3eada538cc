package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;

/** What a run does and tells, on nodes that are this machine. */
class SupervisorTest {
    @TempDir
    private static Path home;

    private static Stage stage;

    @BeforeAll
    static void open() {
        stage = Stage.in(home);
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @Test
    void aRunThatIsStoppedWithALockHoldsUpNoOther() throws Exception {
        Path role = home.resolve("ansible/roles/holder");
        Path held = home.resolve("held");
        Files.writeString(Files.createDirectories(role.resolve("tasks")).resolve("main.yml"), "- hold:\n");
        Files.writeString(
                Files.createDirectories(role.resolve("action_plugins")).resolve("hold.py"), """
                import time
                from ansible.executor.action_write_locks import action_write_locks
                from ansible.plugins.action import ActionBase
                class ActionModule(ActionBase):
                    def run(self, tmp=None, task_vars=None):
                        for lock in action_write_locks.values():
                            lock.acquire()
                        open(task_vars["held"], "w").close()
                        time.sleep(600)
                """);
        Recorded holder = stage.start(Orders.roles("[\"holder\"]").with("\"held\": \"" + held + "\""));
        Stage.await(() -> Files.exists(held));
        holder.running.stop();
        assertThat(holder.exit().cause()).isEqualTo(Cause.STOPPED);

        Recorded next = stage.run(Orders.tasks("[{\"stat\": {\"path\": \"/\"}}]"));

        assertThat(next.exit()).isEqualTo(new Exit(Cause.FINISHED, Map.of("n1", NodeResult.SUCCEEDED), null));
    }

    @Test
    void aRunTellsWhatHappensInItsOrder() throws Exception {
        Recorded run = stage.run(Orders.tasks("""
                        [{"name": "greet {{ whom }}", "command": "echo hello {{ whom }}"},
                         {"name": "complain", "shell": "echo no >&2; exit 3", "ignore_errors": true},
                         {"name": "not today", "command": "true", "when": "whom == 'nobody'"}]""").with("\"whom\": \"world\""));
        assertThat(run.exit()).isEqualTo(new Exit(Cause.FINISHED, Map.of("n1", NodeResult.SUCCEEDED), null));
        assertThat(run.lines())
                .extracting(Event.Line::task)
                .containsExactly("Gathering Facts", "greet world", "complain", "not today");
        assertThat(run.events().get(5)).isEqualTo(new Event.Through("n1", NodeResult.SUCCEEDED));
        Event.Line greeting = run.line("greet world");
        assertThat(greeting.status()).isEqualTo(Event.Status.OK);
        assertThat(greeting.changed()).isTrue();
        assertThat(greeting.cmd()).isEqualTo("echo hello world");
        assertThat(greeting.rc()).isZero();
        assertThat(greeting.stdout()).isEqualTo("hello world");
        assertThat(greeting.start()).isBefore(greeting.end());
        Event.Line complaint = run.line("complain");
        assertThat(complaint.status()).isEqualTo(Event.Status.FAILED);
        assertThat(complaint.ignored()).isTrue();
        assertThat(complaint.rc()).isEqualTo(3);
        assertThat(complaint.stderr()).isEqualTo("no");
        assertThat(run.line("not today").status()).isEqualTo(Event.Status.SKIPPED);
        stage.assertTidy();
    }

    @Test
    void pythonReadsAModuleAtOnce() {
        String parent = "[{\"name\": \"parent\", \"shell\": \"tr '\\\\0' ' ' </proc/$PPID/cmdline\"}]";
        for (String interpreter : List.of("/usr/bin/python3", "/usr/bin/env python3")) {
            Recorded run = stage.run(Orders.tasks(parent)
                    .variables("{\"ansible_connection\": \"local\", \"ansible_python_interpreter\": \"" + interpreter
                            + "\"}"));
            assertThat(run.line("parent").stdout()).as(interpreter).contains("python3 -c import sys;exec(");
        }
    }

    @Test
    void onThisMachineModulesAreCompiledAlready() {
        Path zip = home.resolve("command.zip");
        Recorded run = stage.run(Orders.tasks("""
                        [{"name": "found", "shell": "base64 -d {{ packed }} >{{ zip }}; {{ ansible_playbook_python }} -c \\"{{ find }}\\""}]""").with("""
                        "packed": "{{ lookup('env', 'ANSIBLE_LOCAL_TEMP') }}/ansiballz_cache/*.command-*",
                        "find": "import zipimport; print(zipimport.zipimporter('{{ zip }}/ansible/module_utils').get_filename('basic'))",
                        "zip": \"""" + zip + "\""));
        assertThat(run.line("found").stdout()).isEqualTo(zip + "/ansible/module_utils/basic.pyc");
    }

    @Test
    void aLoopIsOneLine() {
        Recorded run = stage.run(Orders.tasks("""
                [{"name": "each", "shell": "echo {{ item }}; test {{ item }} != b", "loop": ["a", "b", "c"], "failed_when": false},
                 {"name": "none", "command": "true", "loop": []},
                 {"name": "bad", "shell": "echo {{ item }}; exit {{ item }}", "loop": [0, 4, 5]}]"""));
        Event.Line each = run.line("each");
        assertThat(each.status()).isEqualTo(Event.Status.OK);
        assertThat(each.stdout()).isEqualTo("a\nb\nc");
        assertThat(each.cmd()).startsWith("echo a;").contains("\necho c;");
        assertThat(each.rc()).isEqualTo(1);
        assertThat(run.line("none").status()).isEqualTo(Event.Status.SKIPPED);
        Event.Line bad = run.line("bad");
        assertThat(bad.status()).isEqualTo(Event.Status.FAILED);
        assertThat(bad.rc()).isEqualTo(4);
        assertThat(bad.msg()).contains("non-zero return code");
        assertThat(run.exit().results()).containsExactly(Map.entry("n1", NodeResult.FAILED));
        assertThat(run.done()).isEmpty();
    }

    @Test
    void aNodeIsThroughWhenNothingIsLeftToDoOnIt() throws Exception {
        Path hold = Files.writeString(home.resolve("hold-last"), "");
        Path included = Files.writeString(home.resolve("included.yml"), "- {name: included, command: 'false'}\n");
        Recorded run = stage.start(Orders.tasks("""
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
    void aNodeIsBegunWhenItsTurnComes() throws Exception {
        Path hold = Files.writeString(home.resolve("hold-first"), "");
        Recorded run = stage.start(Orders.playbook("""
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
        assertThat(stage.run(Orders.tasks("[{\"ping\": null}, {\"ping\": null}]")
                                .on("a", "b"))
                        .begun())
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aNodeThatCannotBeReachedIsThrough() {
        Recorded run = stage.run(Orders.tasks("[{\"name\": \"here\", \"command\": \"true\"}]")
                .variables("{\"ansible_connection\": \"ssh\", \"ansible_port\": 1}")
                .on("127.0.0.1"));
        assertThat(run.through()).containsExactly(Map.entry("127.0.0.1", NodeResult.UNREACHABLE));
    }

    @Test
    void whatWasToldOfANodeStaysSo() {
        Recorded run = stage.run(Orders.tasks("""
                        [{"name": "falls", "command": "test {{ inventory_hostname }} != a"},
                         {"meta": "clear_host_errors", "when": "inventory_hostname == 'b'"},
                         {"name": "on", "command": "true"}]""").on("a", "b"));
        assertThat(run.line("on").node()).isEqualTo("b");
        assertThat(run.exit().results())
                .isEqualTo(Map.of("a", NodeResult.FAILED, "b", NodeResult.SUCCEEDED))
                .isEqualTo(run.through());
    }

    @Test
    void noTagToBeSkippedKeepsANodeFromBeingDone() {
        for (String tag : List.of("tagged", "always", "untagged", "all")) {
            Recorded run = stage.run(Orders.tasks("[{\"name\": \"plain\", \"command\": \"true\"}]")
                    .skipping(tag));
            assertThat(run.done()).as(tag).containsExactly("n1");
        }
    }

    @Test
    void whatIsNotToBeLoggedIsNot() {
        Recorded run = stage.run(Orders.tasks("""
                        [{"name": "hush", "shell": "echo {{ secret }}; exit 2", "no_log": true, "ignore_errors": true},
                         {"name": "hush all", "shell": "echo {{ secret }} {{ item }}", "no_log": true, "loop": [1, 2]},
                         {"name": "aloud", "command": "echo aloud"}]""").with("\"secret\": \"swordfish\""));
        Event.Line hush = run.line("hush");
        assertThat(hush.status()).isEqualTo(Event.Status.FAILED);
        assertThat(new Object[] {hush.cmd(), hush.rc(), hush.stdout(), hush.stderr(), hush.msg()})
                .containsOnlyNulls();
        assertThat(run.line("hush all").status()).isEqualTo(Event.Status.OK);
        assertThat(run.line("aloud").stdout()).isEqualTo("aloud");
        assertThat(run.events().toString() + run.exit()).doesNotContain("swordfish");
    }

    @Test
    void aRescuedFailureIsForgivenAndHandlersComeBeforeTheEnd() {
        Recorded run = stage.run(Orders.playbook("""
                - hosts: all
                  gather_facts: false
                  strategy: free
                  tasks:
                  - block:
                    - {name: falls, command: "false"}
                    rescue:
                    - {name: caught, command: "true", notify: later}
                  - {name: falls again, command: "false", ignore_errors: true}
                  - {name: last, command: "false"}
                  handlers:
                  - {name: later, command: "true"}
                """));
        assertThat(run.line("falls").ignored()).isTrue();
        assertThat(run.line("falls").status()).isEqualTo(Event.Status.FAILED);
        assertThat(run.line("falls again").ignored()).isTrue();
        assertThat(run.line("last").ignored()).isFalse();
        assertThat(run.exit().results()).containsExactly(Map.entry("n1", NodeResult.FAILED));
        Recorded tasks = stage.run(Orders.tasks("""
                [{"block": [{"name": "falls", "command": "false"}], "rescue": [{"name": "caught", "meta": "noop"}]},
                 {"name": "change", "command": "true", "notify": ["later"]}]""").variables("{" + Orders.LOCAL + "}"));
        assertThat(tasks.exit().error()).contains("later");
        assertThat(tasks.done()).isEmpty();
    }

    @Test
    void rolesAreFoundInTheHomeAndTheirHandlersRunBeforeANodeIsDone() throws Exception {
        Path role = home.resolve("ansible/roles/greeter");
        write(role.resolve("tasks/main.yml"), "- {name: greet, command: 'echo {{ greeting }}', notify: later}");
        write(role.resolve("handlers/main.yml"), "- {name: later, command: echo bye}");
        write(role.resolve("defaults/main.yml"), "greeting: hello");
        Recorded run = stage.run(Orders.roles("[\"greeter\"]").with("\"greeting\": \"good day\""));
        assertThat(run.line("greeter : greet").stdout()).isEqualTo("good day");
        assertThat(run.events())
                .element(3)
                .isInstanceOfSatisfying(
                        Event.Line.class, line -> assertThat(line.task()).isEqualTo("greeter : later"));
        assertThat(run.events()).element(4).isEqualTo(new Event.Through("n1", NodeResult.SUCCEEDED));
        assertThat(stage.run(Orders.roles("[\"nobody\"]")).exit().error()).contains("nobody", "was not found");
    }

    @Test
    void aModuleOfARoleTakesThePlaceOfAnsiblesOwn() throws Exception {
        Path role = home.resolve("ansible/roles/own");
        write(role.resolve("library/command.py"), """
                from ansible.module_utils.basic import AnsibleModule
                AnsibleModule({"_raw_params": {}, "_uses_shell": {}}).exit_json(msg="my own")
                """);
        write(role.resolve("tasks/main.yml"), "- {name: whose, command: 'true'}");
        assertThat(stage.run(Orders.roles("[\"own\"]")).line("own : whose").msg())
                .isEqualTo("my own");
        Path utils = home.resolve("ansible/roles/utils");
        write(utils.resolve("module_utils/basic.py"), """
                import json
                class AnsibleModule:
                    def __init__(self, *arguments, **named):
                        print(json.dumps({"msg": "my own utils"}))
                        raise SystemExit(0)
                """);
        write(utils.resolve("tasks/main.yml"), "- {name: whose, command: 'true'}");
        assertThat(stage.run(Orders.roles("[\"utils\"]")).line("utils : whose").msg())
                .isEqualTo("my own utils");
        assertThat(stage.run(Orders.tasks("[{\"name\": \"whose\", \"command\": \"true\"}]"))
                        .line("whose")
                        .rc())
                .isZero();
    }

    private static void write(Path file, String text) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    @Test
    void whatOnlyAnsibleCanJudgeIsTheErrorOfTheRun() {
        Exit exit = stage.run(Orders.tasks("[{\"nosuchmodule\": {}}]")).exit();
        assertThat(exit.cause()).isEqualTo(Cause.FINISHED);
        assertThat(exit.error()).contains("couldn't resolve module/action 'nosuchmodule'");
        assertThat(exit.results()).isEmpty();
        assertThat(stage.run(Orders.playbook("- hosts: [")).exit().error()).contains("YAML");
        assertThat(stage.run(Orders.playbook("- hosts: others\n  tasks: []"))
                        .exit()
                        .error())
                .contains("no play");
        assertThat(stage.run(Orders.tasks("{}")).exit().error()).contains("a JSON array is expected");
        assertThat(stage.run(Orders.tasks("[]").variables("[]")).exit().error()).contains("a JSON object is expected");
        Recorded undefined = stage.run(Orders.tasks("[{\"name\": \"guess\", \"command\": \"echo {{ what }}\"}]"));
        assertThat(undefined.line("guess").msg()).contains("'what' is undefined");
        assertThat(undefined.exit().error()).isNull();
    }

    @Test
    void nobodyIsAsked() {
        String playbook = """
                - hosts: all
                  gather_facts: false
                  vars_prompt: [{name: colour}]
                  tasks: [{name: tell, command: "echo {{ colour }}"}]
                """;
        assertThat(stage.run(Orders.playbook(playbook)).exit().error()).contains("vars_prompt asks for colour");
        assertThat(stage.run(Orders.playbook(playbook).with("\"colour\": \"green\""))
                        .line("tell")
                        .stdout())
                .isEqualTo("green");
    }

    @Test
    void aPlaybookKeepsItsOwnStrategyAndNodesAreKnownAtItsEnd() {
        Recorded run = stage.run(Orders.playbook("""
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
            Exit exit = stage.run(Orders.playbook(play).on("a", "b", "c", "d")).exit();
            assertThat(exit).as(play).isEqualTo(new Exit(Cause.FINISHED, cutOff, null));
        }
        assertThat(stage.run(Orders.playbook("- hosts: a, b" + failing + later).on("a", "b", "c", "d"))
                        .exit()
                        .results())
                .isEqualTo(Map.of("a", NodeResult.FAILED, "b", NodeResult.SUCCEEDED, "c", NodeResult.SUCCEEDED));
    }

    @Test
    void aHostOrAPlayThatEndsEarlyHasDoneWell() {
        Recorded host = stage.run(Orders.tasks("""
                        [{"meta": "end_host", "when": "inventory_hostname == 'a'"}, {"name": "on", "command": "true"}]""").on("a", "b"));
        assertThat(host.exit())
                .isEqualTo(
                        new Exit(Cause.FINISHED, Map.of("a", NodeResult.SUCCEEDED, "b", NodeResult.SUCCEEDED), null));
        assertThat(host.line("on").node()).isEqualTo("b");
        assertThat(stage.run(Orders.tasks("[{\"meta\": \"end_play\"}, {\"command\": \"false\"}]"))
                        .exit()
                        .results())
                .containsExactly(Map.entry("n1", NodeResult.SUCCEEDED));
    }

    @Test
    void checkModeAndTagsAreThoseOfAnsible() throws Exception {
        Path file = home.resolve("touched");
        String tasks = """
                [{"name": "touch", "file": {"path": "{{ file }}", "state": "touch"}, "tags": ["x"]},
                 {"name": "skipped", "command": "true", "tags": ["x", "y"]},
                 {"name": "untagged", "command": "true"}]""";
        String variables = "\"file\": \"%s\"".formatted(file);
        Recorded check = stage.run(Orders.tasks(tasks).with(variables).checking());
        assertThat(check.line("touch").changed()).isTrue();
        assertThat(check.line("untagged").status()).isEqualTo(Event.Status.SKIPPED);
        assertThat(file).doesNotExist();
        Recorded some = stage.run(Orders.tasks(tasks).with(variables).tags("x").skipping("y,z"));
        assertThat(some.ownLines()).extracting(Event.Line::task).containsExactly("touch");
        assertThat(some.done()).containsExactly("n1");
        assertThat(file).exists();
    }

    @Test
    void textsAreCutAndMadeStorable() {
        Recorded run = stage.run(Orders.tasks("""
                [{"name": "long", "shell": "head -c 200000 /dev/zero | tr '\\\\000' x"},
                 {"name": "odd", "shell": "printf 'a\\\\000b\\\\377c'"}]"""));
        assertThat(run.line("long").stdout())
                .startsWith("xxx")
                .endsWith("[cut: 200000 characters in all]")
                .hasSize(1 << 16);
        assertThat(run.line("odd").stdout()).isEqualTo("a\uFFFDb\uFFFDc");
    }

    @Test
    void noRunSeesAnythingOfAnother() {
        String tasks = """
                [{"name": "leave", "set_fact": {"mine": "left behind", "cacheable": true}},
                 {"name": "env", "shell": "env"}, {"name": "look", "shell": "pwd; ls -a; ls ..; umask"}]""";
        Recorded first = stage.run(Orders.tasks(tasks).with("\"given\": \"to the first\""));
        Recorded second = stage.run(Orders.tasks("""
                [{"name": "look", "shell": "pwd; ls -a; ls ..; umask"},
                 {"name": "see", "debug": {"msg": "{{ mine | default('no') }} {{ given | default('no') }}"}}]"""));
        assertThat(second.line("see").msg()).isEqualTo("no no");
        assertThat(second.line("look").stdout())
                .isNotEqualTo(first.line("look").stdout())
                .endsWith("0077");
        assertThat(first.line("env").stdout()).contains("PATH=").doesNotContain("TASKCENTER_", "MAVEN", "JAVA");
    }

    @Test
    void whatIsGivenIsDataAndNothingElse() throws Exception {
        Path touched = home.resolve("injected");
        String evil = "{{ lookup('pipe', 'touch %s') }}'\"\n- hosts: all\n; touch %s $(touch %s)"
                .formatted(touched, touched, touched);
        String quoted = Messages.JSON.writeValueAsString(evil);
        Recorded user = stage.run(
                Orders.tasks("[{\"name\": \"who\", \"debug\": {\"msg\": \"{{ ansible_user | default('nobody') }}\"}}]")
                        .as(evil));
        assertThat(user.line("who").msg()).isIn(evil, "nobody");
        assertThat(user.exit().results()).containsEntry("n1", NodeResult.SUCCEEDED);
        for (String node : new String[] {"-oProxyCommand=touch", "a b", "../n", "a\nb", "a,b", "{{ x }}", ""}) {
            assertThat(stage.run(Orders.tasks("[]").on(node)).exit().error())
                    .as(node)
                    .contains("neither an address nor a host name");
        }
        Recorded role = stage.run(Orders.roles("[" + quoted + "]"));
        assertThat(role.exit().error()).isNotNull();
        Recorded tags = stage.run(
                Orders.tasks("[{\"name\": \"no\", \"command\": \"true\"}]").tags(evil, "--become"));
        assertThat(tags.ownLines()).isEmpty();
        Recorded odd = stage.run(
                Orders.tasks("[{\"name\": " + quoted.replace("{{", "{ {").replace("}}", "} }")
                                + ", \"command\": {\"argv\": [\"echo\", \"{{ odd }}\"]}}]")
                        .with("\"odd\": \"'; \\\"$(id)\\\" --x\\ny\", \"a b\": 1, \"-x\": \"{{ y\""));
        assertThat(odd.ownLines())
                .singleElement()
                .satisfies(line -> assertThat(line.stdout()).isEqualTo("'; \"$(id)\" --x\ny"));
        assertThat(touched).doesNotExist();
    }

    @Test
    void manyNodesAreWorkedOnAtATime() {
        Recorded run =
                stage.run(Orders.tasks("[{\"name\": \"here\", \"debug\": {\"msg\": \"{{ inventory_hostname }}\"}}]")
                        .on(IntStream.range(0, 8).mapToObj(i -> "n" + i).toArray(String[]::new))
                        .forks(8));
        assertThat(run.done()).hasSize(8);
        assertThat(run.ownLines()).allSatisfy(line -> assertThat(line.msg()).isEqualTo(line.node()));
    }
}

package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.playbook.ThisMachine.STAGE;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;

/** What a run tells of each task: its line, and what is in it. */
class TaskLinesTest {
    @Test
    void aRunTellsWhatHappensInItsOrder() throws Exception {
        Recorded run = STAGE.run(Orders.tasks("""
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
        STAGE.assertTidy();
    }

    @Test
    void aLoopIsOneLine() {
        Recorded run = STAGE.run(Orders.tasks("""
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
    void aRescuedFailureIsForgivenAndHandlersComeBeforeTheEnd() {
        Recorded run = STAGE.run(Orders.playbook("""
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
        Recorded tasks = STAGE.run(Orders.tasks("""
                [{"block": [{"name": "falls", "command": "false"}], "rescue": [{"name": "caught", "meta": "noop"}]},
                 {"name": "change", "command": "true", "notify": ["later"]}]""").variables("{" + Orders.LOCAL + "}"));
        assertThat(tasks.exit().error()).contains("later");
        assertThat(tasks.done()).isEmpty();
    }

    @Test
    void whatIsNotToBeLoggedIsNot() {
        Recorded run = STAGE.run(Orders.tasks("""
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
    void textsAreCutAndMadeStorable() {
        Recorded run = STAGE.run(Orders.tasks("""
                [{"name": "long", "shell": "head -c 200000 /dev/zero | tr '\\\\000' x"},
                 {"name": "odd", "shell": "printf 'a\\\\000b\\\\377c'"}]"""));
        assertThat(run.line("long").stdout())
                .startsWith("xxx")
                .endsWith("[cut: 200000 characters in all]")
                .hasSize(1 << 16);
        assertThat(run.line("odd").stdout()).isEqualTo("a\uFFFDb\uFFFDc");
    }
}

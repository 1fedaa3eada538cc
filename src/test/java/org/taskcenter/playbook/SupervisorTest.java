package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
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
    void aRunTellsWhatHappensInItsOrder() throws Exception {
        Recorded run = stage.run(Orders.tasks("""
                        [{"name": "greet {{ whom }}", "command": "echo hello {{ whom }}"},
                         {"name": "complain", "shell": "echo no >&2; exit 3", "ignore_errors": true},
                         {"name": "not today", "command": "true", "when": "whom == 'nobody'"}]""").with("\"whom\": \"world\""));
        assertThat(run.exit()).isEqualTo(new Exit(Cause.FINISHED, Map.of("n1", NodeResult.SUCCEEDED), null));
        assertThat(run.lines())
                .extracting(Event.Line::task)
                .containsExactly("Gathering Facts", "greet world", "complain", "not today");
        assertThat(run.events().get(4)).isEqualTo(new Event.Done("n1"));
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
}

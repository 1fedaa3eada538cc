package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.playbook.ThisMachine.HOME;
import static org.taskcenter.playbook.ThisMachine.STAGE;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Check mode and tags. */
class CheckAndTagsTest {
    @Test
    void checkModeAndTagsAreThoseOfAnsible() throws Exception {
        Path file = HOME.resolve("touched");
        String tasks = """
                [{"name": "touch", "file": {"path": "{{ file }}", "state": "touch"}, "tags": ["x"]},
                 {"name": "skipped", "command": "true", "tags": ["x", "y"]},
                 {"name": "untagged", "command": "true"}]""";
        String variables = "\"file\": \"%s\"".formatted(file);
        Recorded check = STAGE.run(Orders.tasks(tasks).with(variables).checking());
        assertThat(check.line("touch").changed()).isTrue();
        assertThat(check.line("untagged").status()).isEqualTo(Event.Status.SKIPPED);
        assertThat(file).doesNotExist();
        Recorded some = STAGE.run(Orders.tasks(tasks).with(variables).tags("x").skipping("y,z"));
        assertThat(some.ownLines()).extracting(Event.Line::task).containsExactly("touch");
        assertThat(some.done()).containsExactly("n1");
        assertThat(file).exists();
    }

    @Test
    void noTagToBeSkippedKeepsANodeFromBeingDone() {
        for (String tag : List.of("tagged", "always", "untagged", "all")) {
            Recorded run = STAGE.run(Orders.tasks("[{\"name\": \"plain\", \"command\": \"true\"}]")
                    .skipping(tag));
            assertThat(run.done()).as(tag).containsExactly("n1");
        }
    }
}

package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.AnsibleSettings;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.testing.SeenProcess;

/** Playbooks behind a command of the operator's. */
class WrapperTest {
    private static final String TASKS = "[{\"name\": \"look\", \"shell\": \"echo $FOO; pwd\"}]";

    @TempDir
    private Path folder;

    private Stage stage(String... wrapper) throws Exception {
        AnsibleSettings settings = new AnsibleSettings(
                Optional.empty(), Optional.empty(), AnsibleSettings.HostKeys.OFF, List.of(wrapper), 50);
        return new Stage(Files.createDirectory(folder.resolve("home")), settings, Stage.QUICK);
    }

    @Test
    void aPlaybookRunsBehindIt() throws Exception {
        Path calls = folder.resolve("calls");
        Path script = Files.writeString(
                folder.resolve("my wrapper"),
                "#!/bin/sh\necho wrapped; echo called $# >>'%s'; export FOO=\"$1\"; shift; exec \"$@\"\n"
                        .formatted(calls));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        try (Stage stage = stage(script.toString(), "a b")) {
            Recorded run = stage.run(Orders.tasks(TASKS));
            assertThat(run.exit()).isEqualTo(new Exit(Cause.FINISHED, Map.of("n1", NodeResult.SUCCEEDED), null));
            assertThat(run.line("look").stdout()).startsWith("a b\n/tmp/taskcenter-");
            assertThat(Path.of(run.line("look")
                            .stdout()
                            .lines()
                            .skip(1)
                            .findFirst()
                            .orElseThrow()))
                    .doesNotExist();
            assertThat(calls).hasContent("called 5\n");
            stage.assertTidy();
            Recorded slow = stage.start(
                    Orders.tasks("[{\"name\": \"on\", \"command\": \"true\"}, {\"command\": \"sleep 600\"}]"));
            slow.awaitLine("on");
            slow.running.stop();
            assertThat(slow.exit().cause()).isEqualTo(Cause.STOPPED);
            assertThat(SeenProcess.with("sleep\000600")).isEmpty();
        }
    }

    @Test
    void aWrapperThatCannotBeStartedIsTheError() throws Exception {
        try (Stage stage = stage("/nowhere/wrapper")) {
            assertThat(stage.run(Orders.tasks(TASKS)).exit().error()).contains("/nowhere/wrapper cannot be started");
        }
    }

    @Test
    void manyLinesAllArriveInTheirOrder() throws Exception {
        int count = 50_000;
        String writer = "import json,sys\n"
                + "for i in range(" + count + "): print(json.dumps({'is': 'line', 'node': 'n1', 'task': str(i),"
                + " 'status': 'OK', 'start': 1.5, 'end': 2.5, 'stdout': 'x' * 200}))\n"
                + "print('this is no event')\n"
                + "print('{\"is\": \"end\", \"results\": {\"n1\": \"SUCCEEDED\"}}')";
        try (Stage stage = stage("/usr/bin/python3", "-c", writer)) {
            Recorded run = stage.run(Orders.tasks("[]"));
            assertThat(run.exit()).isEqualTo(new Exit(Cause.FINISHED, Map.of("n1", NodeResult.SUCCEEDED), null));
            assertThat(run.lines())
                    .extracting(Event.Line::task)
                    .isEqualTo(IntStream.range(0, count)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }
}

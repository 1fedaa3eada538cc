package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.api.channel.Stage.CENTRE;
import static org.taskcenter.api.channel.Stage.FIELD;
import static org.taskcenter.api.channel.Stage.FOLDER;
import static org.taskcenter.api.channel.Stage.NODE;
import static org.taskcenter.api.channel.Stage.ORION;
import static org.taskcenter.api.channel.Stage.PATIENCE;
import static org.taskcenter.api.channel.Stage.assertRefused;
import static org.taskcenter.api.channel.Stage.name;
import static org.taskcenter.api.channel.Stage.statuses;
import static org.taskcenter.testing.ChannelClient.body;
import static org.taskcenter.testing.ChannelClient.inside;
import static org.taskcenter.testing.ChannelClient.local;
import static org.taskcenter.testing.ChannelClient.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.SeenProcess;
import org.taskcenter.testing.ShowOutput;

/** How runs are held back and ended before they are done: by a stop, a cancellation, a pause or their time limit. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class StopsIT {
    @Test
    void aStopEndsEveryProcessOfARun() throws IOException {
        Path mark = FOLDER.resolve("stopped");
        long id = ORION.submit(
                "run",
                playbook(
                        name(),
                        "[{shell: 'setsid sleep 987 & echo x >" + mark + "; sleep 987', when: inventory_hostname == '"
                                + NODE + "'}]",
                        NODE,
                        "10.9.8.6"));
        await().atMost(PATIENCE).until(() -> Files.exists(mark));
        JsonNode running = FIELD.check(id);
        assertThat(running.at("/task/status").intValue()).isEqualTo(1);
        assertThat(running.at("/task/err").isNull()).isTrue();

        assertThat(ORION.send("stop", body().put("id", Long.toString(id))).status())
                .isEqualTo(200);

        JsonNode end = FIELD.awaitEnd(id);
        assertThat(end.at("/task/status").intValue()).isEqualTo(4);
        assertThat(end.at("/nodes/0/status").intValue()).isEqualTo(4);
        assertThat(processes("987")).isEmpty();
        assertThat(ORION.send("stop", body().put("id", id)).status()).isEqualTo(200);
        assertThat(ChannelClient.status(FIELD.check(id))).isEqualTo(4);
    }

    @Test
    void aStopComesSoonAndNodesThatHadFinishedKeepTheirResult() {
        ObjectNode run = local(name(), "10.9.5.1", "10.9.5.2", "10.9.5.3", "10.9.5.4")
                .put("fork_num", 3)
                .put("tasks", """
                        [{"fail": {"msg": "x"}, "when": "inventory_hostname == '10.9.5.1'"},
                         {"meta": "end_host", "when": "inventory_hostname == '10.9.5.2'"},
                         {"command": "sleep 543"}]""");
        long id = ORION.submit("run", run);
        FIELD.await(id, content -> statuses(content).subList(0, 2).equals(List.of(3, 2)));
        await().atMost(PATIENCE).until(() -> processes("543").size() == 2);
        assertThat(ChannelClient.status(FIELD.check(id))).isEqualTo(1);

        ORION.send("stop", body().put("id", id));

        await().atMost(Duration.ofSeconds(15)).until(() -> ChannelClient.status(FIELD.check(id)) == 4);
        JsonNode end = FIELD.check(id);
        assertThat(statuses(end)).containsExactly(3, 2, 4, 4);
        assertThat(inside(end.at("/nodes/0/log")).findValuesAsText("status")).containsExactly("ok", "failed");
        assertThat(processes("543")).isEmpty();
    }

    @Test
    void whatObeysAStopIsGoneLongBeforeWhatMustBeKilled() {
        Path obeying = FOLDER.resolve("obeying");
        Path stubborn = FOLDER.resolve("stubborn");
        long first = ORION.submit("run", noticing(stubborn, ""));
        long second = ORION.submit("run", noticing(obeying, "; exit"));
        for (Path each : List.of(obeying, stubborn)) {
            await().atMost(PATIENCE).until(() -> Files.exists(each));
            assertThat(SeenProcess.with(each.toString())).isNotEmpty();
        }

        long asked = System.nanoTime();
        ORION.send("stop", body().put("id", first));
        ORION.send("stop", body().put("id", second));

        assertThat(ChannelClient.status(FIELD.awaitEnd(second))).isEqualTo(4);
        assertThat(SeenProcess.with(obeying.toString())).isEmpty();
        assertThat(ChannelClient.status(FIELD.check(first))).isEqualTo(1);
        assertThat(SeenProcess.with(stubborn.toString())).isNotEmpty();
        assertThat(ChannelClient.status(FIELD.awaitEnd(first))).isEqualTo(4);
        assertThat(SeenProcess.with(stubborn.toString())).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .as("what it was given to end by itself")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        for (Path each : List.of(obeying, stubborn)) {
            assertThat(each).as("asked before it was killed").hasContent("begun\nasked\n");
        }
    }

    /** A run on this machine that goes on until it is ended, and writes into a file that it has begun and that it was asked to end. */
    private static ObjectNode noticing(Path file, String then) {
        ObjectNode run = playbook(name(), "[{shell: '{{ script }}'}]", NODE);
        run.withObject("/params")
                .put(
                        "script",
                        "exec >/dev/null 2>&1; trap 'echo asked >>%1$s%2$s' TERM; echo begun >%1$s; while :; do sleep 0.1; done"
                                .formatted(file, then));
        return run;
    }

    @Test
    void aNodeThatNoForkHasReachedWaits() {
        long id = ORION.submit(
                "run",
                playbook(name(), "[{command: sleep 432}]", "10.9.4.1", "10.9.4.2")
                        .put("fork_num", 1));

        await().atMost(PATIENCE).until(() -> !processes("432").isEmpty());
        assertThat(statuses(FIELD.await(id, content -> statuses(content).contains(1))))
                .containsExactly(1, 0);

        ORION.send("stop", body().put("id", id));
        assertThat(statuses(FIELD.awaitEnd(id))).containsOnly(4);
    }

    @Test
    void aPauseHoldsRunsAndTheirShares() {
        CENTRE.admin().pause("run");
        long run;
        long shares;
        try {
            run = ORION.submit("run", playbook(name(), "[{command: echo hi}]", NODE));
            shares = ORION.submit("parallel_run", playbook(name(), "[{command: echo hi}]", NODE, "10.9.8.6"));
            // Another kind's work, handed in later and ended, shows that there was time for these.
            ManagerClient calls = CENTRE.manager(CENTRE.admin().account("pause", "pause"));
            calls.add(ManagerClient.task("pause", "1", "GET", URI.create("http://target.invalid/")));
            await().atMost(PATIENCE)
                    .until(() -> calls.status(ManagerClient.one("pause", "1"))
                            .at("/results/0/result/code")
                            .isInt());
            assertThat(ORION.check(run).at("/status").intValue()).isZero();
            assertThat(ORION.check(shares).at("/status").intValue()).isZero();
        } finally {
            CENTRE.admin().pause();
        }
        assertThat(ORION.awaitEnd(run).at("/status").intValue()).isEqualTo(2);
        assertThat(ORION.awaitEnd(shares).at("/status").intValue()).isEqualTo(2);
    }

    @Test
    void aStopEndsAllSharesAndIdAndNameMustBeOfOneRun() {
        String name = name();
        String[] nodes = IntStream.range(1, 13).mapToObj(i -> "10.9.9." + i).toArray(String[]::new);
        long id = ORION.submit(
                "parallel_run", playbook(name, "[{command: sleep 876}]", nodes).put("fork_num", 2));
        await().atMost(PATIENCE).until(() -> !processes("876").isEmpty());
        assertThat(statuses(FIELD.check(id)).stream().filter(status -> status == 1))
                .hasSizeLessThanOrEqualTo(2);

        for (String route : List.of("stop", "check")) {
            assertRefused(ORION.send(route, body().put("id", id + 1).put("name", name)), 404, "task not found...");
        }
        assertThat(ORION.send("stop", body().put("id", id).put("name", name)).status())
                .isEqualTo(200);

        JsonNode end = FIELD.awaitEnd(id);
        assertThat(end.at("/task/status").intValue()).isEqualTo(4);
        assertThat(statuses(end)).containsOnly(4);
        assertThat(processes("876")).isEmpty();
    }

    @Test
    void anAdministratorCancelsRuns() {
        long id = ORION.submit(
                "parallel_run",
                playbook(name(), "[{command: sleep 654}]", "10.9.9.1", "10.9.9.2")
                        .put("fork_num", 1));
        await().atMost(PATIENCE).until(() -> !processes("654").isEmpty());

        // What waits first, and then what is under way.
        assertThat(CENTRE.admin().send("POST", "/tasks/" + id + "/cancel", null).status())
                .isEqualTo(200);
        assertThat(statuses(FIELD.check(id))).containsExactlyInAnyOrder(1, 4);
        assertThat(CENTRE.admin().send("POST", "/tasks/" + id + "/cancel", null).status())
                .isEqualTo(409);
        assertThat(CENTRE.admin()
                        .send("POST", "/tasks/" + id + "/cancel", body().put("force", true))
                        .status())
                .isEqualTo(200);

        assertThat(statuses(FIELD.awaitEnd(id))).containsOnly(4);
        assertThat(processes("654")).isEmpty();
    }

    private static List<String> processes(String word) {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("sleep " + word))
                .toList();
    }

    @Test
    void aRunThatTakesTooLongFails() {
        long id = ORION.submit(
                "run", playbook(name(), "[{command: sleep 765}]", NODE).put("timeout", 3));

        JsonNode end = ORION.awaitEnd(id);

        assertThat(end.at("/status").intValue()).isEqualTo(3);
        assertThat(inside(end.at("/err")).at("/msg").textValue()).contains("time limit of 3 s");
        assertThat(processes("765")).isEmpty();
    }
}

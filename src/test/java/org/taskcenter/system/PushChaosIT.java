package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.StubTarget;

/** The results of 10 000 tasks arrive although their receiver and the centre are killed and started meanwhile. */
@Timeout(600)
@ExtendWith(ShowOutput.class)
class PushChaosIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int TASKS = 10_000;
    private static final int NEVER = 100;
    private static final int MESSAGE = 500;
    private static final int KILLS = 4;
    private static final Answer OK = Answer.of(204, "");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Map<String, Set<String>> webhookIds = new HashMap<>();
    private final Map<String, byte[]> bodies = new HashMap<>();
    private PostgresServer server;
    private String database;
    private StubTarget receiver;

    @Test
    void everyResultArrives() {
        server = PostgresServer.shared();
        database = server.newDatabase();
        try (StubTarget target = StubTarget.forgetful();
                Centre centre = Centre.setup()
                        .on(server, database)
                        .with("TASKCENTER_PUSH_PAUSES", "0.5,1,2")
                        .start()) {
            target.on("/bad", request -> Answer.of(404, "no"));
            startReceiver(0);
            ManagerClient acme = centre.manager(centre.admin().account("acme", "acme"));

            addAll(acme, target);
            for (int kill = 1; kill <= KILLS; kill++) {
                int arrived = kill * TASKS / (KILLS + 1) + random.nextInt(TASKS / (KILLS + 1) / 2);
                await("push " + arrived)
                        .pollInterval(Duration.ofMillis(10))
                        .atMost(PATIENCE)
                        .until(() -> count() >= arrived);
                kill(centre, kill);
            }

            await("all pushes, seed " + seed)
                    .atMost(PATIENCE)
                    .until(() ->
                            rows("select 1 from task where state in ('waiting', 'running') and client_id not like 'never%'")
                                    .isEmpty());
            assertAllArrived(acme);
        } finally {
            receiver.close();
        }
    }

    private void startReceiver(int port) {
        receiver = port == 0 ? StubTarget.start() : StubTarget.start(port);
        receiver.on("/back", this::receive);
    }

    private Answer receive(Received push) {
        String id = push.target().substring(push.target().indexOf('?') + 1);
        synchronized (this) {
            webhookIds
                    .computeIfAbsent(id, each -> new HashSet<>())
                    .add(push.header("webhook-id").orElse("none"));
            bodies.put(id, push.bytes());
        }
        return OK.when(new CompletableFuture<>().completeOnTimeout(null, 100, TimeUnit.MILLISECONDS));
    }

    private synchronized int count() {
        return webhookIds.size();
    }

    private void addAll(ManagerClient acme, StubTarget target) {
        for (int from = 0; from < TASKS + NEVER; from += MESSAGE) {
            List<ObjectNode> tasks = new ArrayList<>();
            for (int i = from; i < Math.min(from + MESSAGE, TASKS + NEVER); i++) {
                tasks.add(task(i, target));
            }
            assertThat(acme.add(tasks).status()).isEqualTo(200);
        }
    }

    private ObjectNode task(int i, StubTarget target) {
        boolean never = i >= TASKS;
        String id = (never ? "never-" : "t-") + i;
        URI url = target.uri(i % 10 == 0 ? "/bad" : "/good");
        ObjectNode task = ManagerClient.task("acme", id, "POST", url)
                .put("group", "all")
                .put("return_path", receiver.uri("/back?" + id).toString());
        if (never) {
            ((ObjectNode) task.get("task")).put("run_at", "2035-01-01T00:00:00Z");
        }
        return task;
    }

    /** Kills the centre or the receiver, and starts it again. */
    private void kill(Centre centre, int kill) {
        // Each of them at least once, whatever the dice say.
        boolean theCentre = kill == 1 || kill > 2 && random.nextBoolean();
        if (theCentre) {
            centre.kill9();
            centre.start();
        } else {
            int port = receiver.port();
            int failed = failedTries();
            receiver.close();
            await("tries that find nobody").atMost(PATIENCE).until(() -> failedTries() > failed);
            startReceiver(port);
        }
    }

    private int failedTries() {
        return Integer.parseInt(rows("select count(*) from attempt join push using (task_id) where outcome = 'broken'")
                .get(0));
    }

    private synchronized void assertAllArrived(ManagerClient acme) {
        Map<String, JsonNode> lines = lines(acme);
        Set<String> all = new HashSet<>();
        for (int i = 0; i < TASKS; i++) {
            String id = "t-" + i;
            assertThat(webhookIds.getOrDefault(id, Set.of()))
                    .as("webhook-ids of %s, seed %d", id, seed)
                    .hasSize(1)
                    .doesNotContain("none");
            all.addAll(webhookIds.get(id));
            assertThat(result(bodies.get(id))).isEqualTo(lines.get(id));
        }
        assertThat(all).as("one id each, seed %d", seed).hasSize(TASKS);
        assertThat(webhookIds.keySet()).as("of what did not end").noneMatch(id -> id.startsWith("never"));
        assertThat(rows("select client_id from task where kind = 'push' and state <> 'succeeded'"))
                .as("pushes that did not arrive, seed %d", seed)
                .isEmpty();
        assertThat(rows("select count(*) from task where kind = 'push'")).containsExactly(String.valueOf(TASKS));
    }

    private static JsonNode result(byte[] body) {
        try {
            return JSON.readTree(body).at("/results/0");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, JsonNode> lines(ManagerClient acme) {
        Map<String, JsonNode> lines = new HashMap<>();
        for (int offset = 0; offset < TASKS + NEVER; offset += 1_000) {
            ObjectNode page =
                    ManagerClient.group("acme", "all").put("offset", offset).put("limit", 1_000);
            acme.status(page)
                    .at("/results")
                    .forEach(line -> lines.put(line.path("id").textValue(), line));
        }
        return lines;
    }

    private List<String> rows(String sql) {
        return server.texts(database, sql);
    }
}

package org.taskcenter.api.manager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.CENTRE;
import static org.taskcenter.api.manager.Stage.OK;
import static org.taskcenter.api.manager.Stage.PATIENCE;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.add;
import static org.taskcenter.api.manager.Stage.assertEnd;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.inner;
import static org.taskcenter.api.manager.Stage.run;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Received;

/** The calls that are made for tasks: what is sent, whereto, when, and in which order. */
class ManagerCallsIT {
    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
    void callsWithEachMethod(String method) {
        ObjectNode task = task(method, Answer.of(201, "made"));

        JsonNode line = run(task);

        assertEnd(line, "finish", 201);
        assertThat(line.at("/result/body").textValue()).isEqualTo(method.equals("HEAD") ? "" : "made");
        assertThat(TARGET.requests("/" + id(task))).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo(method);
            assertThat(request.bytes()).isEmpty();
            assertThat(request.header("Content-Type")).isEmpty();
        });
    }

    @Test
    void sendsTheBodyAsUtf8AndAsXml() {
        ObjectNode task = task("POST");
        inner(task).put("body", "<a>\u0001é日😀</Broken");

        run(task);

        Received request = TARGET.requests("/" + id(task)).get(0);
        assertThat(request.bytes()).isEqualTo("<a>\u0001é日😀</Broken".getBytes(UTF_8));
        assertThat(request.header("Content-Type").orElseThrow())
                .isEqualToIgnoringCase("application/xml; charset=UTF-8");
    }

    @Test
    void sendsTheHeadersOfTheTask() {
        ObjectNode task = task("PUT");
        inner(task).put("body", "{}");
        inner(task)
                .putObject("headers")
                .put("content-type", "application/json")
                .put("X-Other", "a b")
                .put("X-Number", 1);

        run(task);

        Received request = TARGET.requests("/" + id(task)).get(0);
        assertThat(request.header("Content-Type")).contains("application/json");
        assertThat(request.header("X-Other")).contains("a b");
        assertThat(request.header("X-Number")).contains("1");
    }

    @Test
    void sendsTheQuery() {
        ObjectNode task = task("GET");
        inner(task)
                .put("url", TARGET.uri("/" + id(task) + "?a=%20b&c=%E6%97%A5").toString());

        run(task);

        assertThat(TARGET.requests("/" + id(task)).get(0).target()).endsWith("?a=%20b&c=%E6%97%A5");
    }

    @Test
    void sendsOneIdempotencyKeyOnEachAttempt() {
        ObjectNode task = task("POST", Answer.of(503, "no"), Answer.of(503, "no"), OK);
        ObjectNode other = task("POST");
        ObjectNode foreign = ManagerClient.task("acme-two", id(task), "POST", TARGET.uri("/foreign-" + id(task)));

        run(task);
        run(other);
        run(foreign);

        List<String> keys = keys("/" + id(task));
        assertThat(keys).hasSize(3).containsOnly(keys.get(0));
        assertThat(keys.get(0)).isNotBlank();
        assertThat(keys("/" + id(other))).doesNotContain(keys.get(0));
        assertThat(keys("/foreign-" + id(task))).hasSize(1).doesNotContain(keys.get(0));
    }

    private static List<String> keys(String path) {
        return TARGET.requests(path).stream()
                .map(request -> request.header("Idempotency-Key").orElse(""))
                .toList();
    }

    @Test
    @Execution(CONCURRENT)
    void waitsUntilRunAt() {
        ObjectNode task = task("GET");
        Instant due = Instant.now().plusSeconds(3);
        inner(task).put("run_at", due.toString());
        add(task);

        assertThat(ACME.status(ManagerClient.one("acme", id(task)))
                        .at("/results/0/status")
                        .textValue())
                .isEqualTo("wait");
        assertEnd(end(task), "finish", 200);
        assertThat(Instant.now()).isAfterOrEqualTo(due);
    }

    @Test
    void callsHigherPrioritiesFirst() {
        String run = unique("priority");
        CENTRE.admin().pause("call");
        try {
            List<ObjectNode> tasks = new ArrayList<>();
            for (int i = 0; i <= 2_000; i++) {
                ObjectNode task = ManagerClient.task("acme", run + "-" + i, "GET", TARGET.uri("/" + run + "?" + i));
                inner(task).put("priority", i == 2_000 ? 10 : -10);
                tasks.add(task);
            }
            assertThat(ACME.add(tasks).at("/count/total").intValue()).isEqualTo(2_001);
        } finally {
            CENTRE.admin().pause();
        }

        await().atMost(PATIENCE).until(() -> TARGET.requests("/" + run).size() == 2_001);

        List<String> targets =
                TARGET.requests("/" + run).stream().map(Received::target).toList();
        assertThat(targets.indexOf("/" + run + "?2000")).isLessThan(1_000);
    }

    @Test
    @Execution(CONCURRENT)
    void callsNoForbiddenTarget() {
        JsonNode rejected = ACME.add(
                        ManagerClient.task("acme", unique("private"), "GET", URI.create("http://10.0.0.1/")))
                .at("/results/0");
        assertThat(rejected.path("status").textValue()).isEqualTo("reject");
        assertThat(rejected.path("code").intValue()).isEqualTo(403);

        try (Centre strict =
                Centre.setup().with("TASKCENTER_ALLOW_TARGETS", null).start()) {
            ManagerClient client = strict.manager(strict.admin().account("acme", "acme"));
            String id = unique("localhost");

            // What is behind a name is not known before it is called.
            client.add(
                    ManagerClient.task("acme", id, "GET", URI.create("http://localhost:" + TARGET.port() + "/" + id)));

            JsonNode line = client.awaitEnd("acme", id, PATIENCE);
            assertEnd(line, "error", 403);
            assertThat(line.at("/result/body").textValue()).isNotBlank();
            assertThat(TARGET.requests("/" + id)).isEmpty();
        }
    }
}

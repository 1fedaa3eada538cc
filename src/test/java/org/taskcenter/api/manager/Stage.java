package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.parse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.StubTarget;

/**
 * The one centre that the tests of this API over HTTP share, on the embedded database, with an account "acme" and a target.
 * Both end with this JVM.
 */
final class Stage {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Centre CENTRE = Centre.shared();
    static final StubTarget TARGET = StubTarget.start();
    static final String TOKEN = CENTRE.admin().account("acme", "acme", "acme-two", "7");
    static final ManagerClient ACME = CENTRE.manager(TOKEN);

    /** What the target answers with if nothing else is said. */
    static final Answer OK = Answer.of(200, "ok");

    private static final AtomicInteger LAST = new AtomicInteger();

    static {
        // The first call of a JVM takes as long as a hundred later ones: no test of time-outs is to begin with it.
        run(task("GET"));
    }

    private Stage() {}

    /** A name that no other test has. */
    static String unique(String what) {
        return what + "-" + LAST.incrementAndGet();
    }

    /** A task of acme's under a name of its own, to a path of its own (the same name), tried again quickly. */
    static ObjectNode task(String method) {
        return task(method, unique(method));
    }

    static ObjectNode task(String method, String id) {
        ObjectNode task = ManagerClient.task("acme", id, method, TARGET.uri("/" + id));
        inner(task).putObject("retry").put("min_backoff", 0.01).put("max_backoff", 0.05);
        return task;
    }

    /** As {@link #task(String)}, where the target answers so. */
    static ObjectNode task(String method, Answer first, Answer... next) {
        ObjectNode task = task(method);
        TARGET.on("/" + id(task), first, next);
        return task;
    }

    /** A task of this group that no test lives to see called. */
    static ObjectNode later(String group) {
        ObjectNode task = task("GET").put("group", group);
        inner(task).put("run_at", "2100-01-01T00:00:00Z");
        return task;
    }

    /** So many of them. */
    static List<ObjectNode> later(String group, int count) {
        return Stream.generate(() -> later(group)).limit(count).toList();
    }

    static ObjectNode inner(ObjectNode task) {
        return (ObjectNode) task.get("task");
    }

    static ObjectNode retry(ObjectNode task) {
        return (ObjectNode) task.at("/task/retry");
    }

    static String id(ObjectNode task) {
        return task.get("id").textValue();
    }

    /** Adds it, sees it acknowledged, and waits until it is over: its line of get_status. */
    static JsonNode run(ObjectNode task) {
        add(task);
        return end(task);
    }

    static JsonNode end(ObjectNode task) {
        return ACME.awaitEnd(task.get("from").textValue(), id(task), PATIENCE);
    }

    static void add(ObjectNode task) {
        JsonNode answer = ACME.add(task).body();
        if (!"ack".equals(answer.at("/results/0/status").textValue())) {
            throw new AssertionError("not acknowledged: " + answer);
        }
    }

    static int requests(ObjectNode task) {
        return TARGET.requests("/" + id(task)).size();
    }

    /** A line of get_status is of a task that has ended so. */
    static void assertEnd(JsonNode line, String status, int code) {
        assertThat(line.path("status").textValue()).as(line.toString()).isEqualTo(status);
        assertThat(line.at("/result/code").intValue()).as(line.toString()).isEqualTo(code);
    }

    /** A message was refused as a whole. */
    static void assertIsError(JsonNode answer, String type, int code) {
        assertThat(answer.path("message_type").textValue())
                .as(answer.toString())
                .isEqualTo(type);
        assertThat(answer.path("count")).isEqualTo(parse("{'from':0,'to':0,'total':0}"));
        assertThat(answer.path("results").isArray()).isTrue();
        assertThat(answer.path("results")).isEmpty();
        assertThat(answer.path("code").intValue()).isEqualTo(code);
        assertThat(answer.path("message").textValue()).isNotBlank();
    }
}

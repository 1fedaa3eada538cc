package org.taskcenter.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A client of the task centre's API, for the platform of one path: {@code /suno} or {@code /platform/NAME}. */
public final class TaskClient {
    private final JsonClient client;
    private final String path;

    /** @param token null to send none */
    public TaskClient(URI base, String token, String path) {
        client = new JsonClient(base, token);
        this.path = path;
    }

    public static ObjectNode body() {
        return JsonClient.JSON.createObjectNode();
    }

    public Reply submit(String action, ObjectNode body) {
        return submit(action, body.toString());
    }

    public Reply submit(String action, String body) {
        return client.send("POST", path + "/submit/" + action, body);
    }

    /** Submits a song and returns its name. */
    public String song(String prompt) {
        Reply reply = submit("music", body().put("gpt_description_prompt", prompt));
        if (reply.status() != 200) {
            throw new AssertionError("a song was answered " + reply);
        }
        return reply.at("/data").asText();
    }

    public Reply fetch(String... ids) {
        ObjectNode body = body();
        for (String id : ids) {
            body.withArray("/ids").add(id);
        }
        return client.send("POST", path + "/fetch", body.toString());
    }

    public Reply fetchOne(String id) {
        return client.send("GET", path + "/fetch/" + id, null);
    }

    /**
     * A list.
     *
     * @param anyPath {@code /api/task/self} or {@code /api/task/}, with its query
     * @param user the account whose token this is
     */
    public Reply list(String anyPath, long user) {
        return client.send("GET", anyPath, null, "New-Api-User", String.valueOf(user));
    }

    /** Any request. */
    public Reply send(String method, String anyPath, String body) {
        return client.send(method, anyPath, body);
    }

    /** Waits until a task is so, and returns it. */
    public JsonNode await(String id, Predicate<JsonNode> so) {
        return Awaitility.await("task " + id)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> fetchOne(id).at("/data"), so);
    }

    /** Waits until a task has a status, and returns it. */
    public JsonNode await(String id, String status) {
        return await(id, task -> task.path("status").asText().equals(status));
    }
}

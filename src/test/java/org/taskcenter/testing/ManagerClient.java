package org.taskcenter.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A client of the Manager API over {@code POST /manager}. */
public final class ManagerClient {

    private final JsonClient client;

    /** @param token null to send none */
    public ManagerClient(URI base, String token) {
        client = new JsonClient(base, token);
    }

    /** Parameters of add_task for one call; more may be put into it, and into its {@code task}. */
    public static ObjectNode task(String from, String id, String method, URI url) {
        ObjectNode parameters = JsonClient.JSON
                .createObjectNode()
                .put("from", from)
                .put("id", id)
                .put("type", "MP-API");
        parameters.putObject("task").put("method", method).put("url", url.toString());
        return parameters;
    }

    /** Parameters of get_status and cancel_task for one task. */
    public static ObjectNode one(String from, String id) {
        return JsonClient.JSON.createObjectNode().put("from", from).put("id", id);
    }

    /** Parameters of get_status and cancel_task for a group. */
    public static ObjectNode group(String from, String group) {
        return JsonClient.JSON.createObjectNode().put("from", from).put("group", group);
    }

    /** add_task with a single object as parameters. */
    public Reply add(ObjectNode task) {
        return message("add_task", task);
    }

    /** add_task with an array as parameters. */
    public Reply add(List<ObjectNode> tasks) {
        ArrayNode parameters = JsonClient.JSON.createArrayNode();
        parameters.addAll(tasks);
        return message("add_task", parameters);
    }

    public Reply status(ObjectNode parameters) {
        return message("get_status", parameters);
    }

    public Reply cancel(ObjectNode parameters) {
        return message("cancel_task", parameters);
    }

    public Reply message(String type, JsonNode parameters) {
        ObjectNode envelope = JsonClient.JSON.createObjectNode().put("message_type", type);
        envelope.set("parameters", parameters);
        return send(envelope.toString());
    }

    /** Sends this as it is. */
    public Reply send(String text) {
        return client.send("POST", "/manager", text);
    }

    /** Waits until the task is {@code finish} or {@code error} and returns its line of get_status. */
    public JsonNode awaitEnd(String from, String id, Duration patience) {
        return Awaitility.await("the end of task " + id + " of " + from)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> status(one(from, id)).at("/results/0"),
                        line -> List.of("finish", "error")
                                .contains(line.path("status").asText()));
    }
}

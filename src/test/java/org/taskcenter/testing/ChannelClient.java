package org.taskcenter.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A client of the Channel API, in the dialect of the header that names its source. */
public final class ChannelClient {
    public static final String DOCUMENT = "X-RESOURCE";
    public static final String FIELD = "X-SOURCE";

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final URI base;
    private final JsonClient client;
    private final List<String> headers;

    /** @param token null to send none */
    public ChannelClient(URI base, String token) {
        this(base, new JsonClient(base, token), List.of());
    }

    private ChannelClient(URI base, JsonClient client, List<String> headers) {
        this.base = base;
        this.client = client;
        this.headers = headers;
    }

    /** The administrator, in the dialect of the field. */
    public static ChannelClient ofAdmin(Centre centre, String correlation) {
        return new ChannelClient(centre.baseUri(), centre.adminToken()).as(FIELD, "admin", correlation);
    }

    /** The same with another header besides. */
    public ChannelClient with(String header, String value) {
        List<String> more = new ArrayList<>(headers);
        more.add(header);
        more.add(value);
        return new ChannelClient(base, client, more);
    }

    /** The same with the headers that each request needs. */
    public ChannelClient as(String sourceHeader, String source, String correlation) {
        return with(sourceHeader, source).with("X-CORRELATION-ID", correlation);
    }

    public static ObjectNode body() {
        return JsonClient.JSON.createObjectNode();
    }

    /** The body of a run on nodes that are this machine, of a playbook that gathers no facts and does this. */
    public static ObjectNode playbook(String name, String tasks, String... nodes) {
        String text = "- hosts: all\n  gather_facts: false\n  tasks: " + tasks + "\n";
        return local(name, nodes).put("tasks", text);
    }

    /** The body of a run on nodes that are this machine; its tasks are to come. */
    public static ObjectNode local(String name, String... nodes) {
        ObjectNode body = body().put("name", name);
        for (String node : nodes) {
            body.withArray("/nodes").add(node);
        }
        body.putObject("params")
                .put("ansible_connection", "local")
                .put("ansible_python_interpreter", "/usr/bin/python3");
        return body;
    }

    /** @param route such as {@code run} */
    public Reply send(String route, String body) {
        return client.send("POST", "/api/" + route, body, headers.toArray(String[]::new));
    }

    public Reply send(String route, JsonNode body) {
        return send(route, body.toString());
    }

    /** Hands in a run and returns its number. */
    public long submit(String route, JsonNode body) {
        Reply reply = send(route, body);
        if (reply.status() != 200 || reply.at("/code").intValue() != 0) {
            throw new AssertionError("a run was answered " + reply);
        }
        return reply.at("/content/id").longValue();
    }

    /** How a run goes, in this client's dialect: its content. */
    public JsonNode check(long id) {
        Reply reply = send("check", body().put("id", id));
        if (reply.status() != 200 || reply.at("/code").intValue() != 0) {
            throw new AssertionError("a check was answered " + reply);
        }
        return reply.at("/content");
    }

    /** The status of a run, in both dialects. */
    public static int status(JsonNode content) {
        return content.has("task")
                ? content.at("/task/status").intValue()
                : content.at("/status").intValue();
    }

    /** Waits until a run is so, and returns its content. */
    public JsonNode await(long id, Predicate<JsonNode> so) {
        return Awaitility.await("run " + id)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> check(id), so);
    }

    /** Waits until a run has ended, and returns its content. */
    public JsonNode awaitEnd(long id) {
        return await(id, content -> status(content) > 1);
    }

    /** JSON that stands in a text. */
    public static JsonNode inside(JsonNode text) {
        try {
            return JsonClient.JSON.readTree(text.textValue());
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}

package org.taskcenter.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;

/** A client of the administration API, as far as tests need it to prepare what they are about. */
public final class AdminClient {

    private final JsonClient client;

    AdminClient(URI base, String token) {
        client = new JsonClient(base, token);
    }

    /** Makes an account of role user that may use these {@code from} names, and returns its token. */
    public String account(String name, String... from) {
        ObjectNode body = JsonClient.JSON.createObjectNode().put("name", name);
        body.set("from", names(from));
        return expect(201, send("POST", "/accounts", body)).at("/data/token").asText();
    }

    /** Pauses exactly these kinds of work on all members; none resumes all. */
    public void pause(String... kinds) {
        ObjectNode body = JsonClient.JSON.createObjectNode();
        body.set("paused", names(kinds));
        expect(200, send("PUT", "/dispatch", body));
    }

    /**
     * @param path after {@code /api/admin}
     * @param body null for none
     */
    public Reply send(String method, String path, JsonNode body) {
        return client.send(method, "/api/admin" + path, body == null ? null : body.toString());
    }

    private static Reply expect(int status, Reply reply) {
        if (reply.status() != status) {
            throw new AssertionError("The administration API answered " + reply);
        }
        return reply;
    }

    private static ArrayNode names(String... names) {
        ArrayNode array = JsonClient.JSON.createArrayNode();
        for (String name : names) {
            array.add(name);
        }
        return array;
    }
}

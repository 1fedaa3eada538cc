package org.taskcenter.api.channel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.taskcenter.ansible.RunView;

/** How answers look. */
final class Shapes {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private Shapes() {}

    /** Something was accepted. */
    static Response accepted(long id) {
        ObjectNode body = Body.JSON.createObjectNode().put("code", 0);
        body.putObject("content").put("id", id);
        return response(200, body.toString()).build();
    }

    /** It is done. */
    static Response done() {
        return response(200, "{\"code\":0,\"content\":{}}").build();
    }

    static Response error(int status, String message) {
        ObjectNode body = Body.JSON.createObjectNode().put("code", -1).put("message", message);
        Response.ResponseBuilder response = response(status, body.toString());
        if (status == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (status == 429 || status == 503) {
            response.header(HttpHeaders.RETRY_AFTER, 5);
        }
        return response.build();
    }

    /** An answer of JSON. */
    static Response.ResponseBuilder response(int status, Object body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .entity(body);
    }

    static String httpDate(Instant time) {
        return HTTP_DATE.format(time.atOffset(ZoneOffset.UTC));
    }

    /** What has gone wrong, as JSON. */
    static String trouble(String message) {
        return Body.JSON.createObjectNode().put("msg", message).toString();
    }

    /** The nodes of a run, as JSON. */
    static String nodes(RunView run) {
        ArrayNode nodes = Body.JSON.createArrayNode();
        run.nodes().forEach(node -> nodes.add(node.name()));
        return nodes.toString();
    }
}

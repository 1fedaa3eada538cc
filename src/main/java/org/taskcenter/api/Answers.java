package org.taskcenter.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.LinkedHashMap;
import java.util.Map;

/** The answers of the administration API and of the task centre's: {@code {"success", "message", "data"}}. */
public final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    /** 200 with data: maps, lists, texts, numbers, flags, null. */
    public static Response ok(Object data) {
        return success(200, data);
    }

    /** 200 with data that would be too much to have in memory at once: some of it is read when it is written, and an error then breaks the answer off. */
    public static Response written(Object data) {
        return json(200, (StreamingOutput) out -> JSON.writeValue(out, successBody(data)))
                .build();
    }

    /** 201 with data. */
    public static Response created(Object data) {
        return success(201, data);
    }

    /** An error, with what an answer of its status has to say besides. */
    public static Response error(int status, String message) {
        return error(status, errorBody(message));
    }

    /** The same in the shape of the routes of third parties' platforms: {@code {"code", "message", "data"}}. */
    static Response platformError(int status, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", code(status));
        body.put("message", message);
        body.put("data", null);
        return error(status, bytes(body));
    }

    private static String code(int status) {
        return switch (status) {
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 406 -> "not_acceptable";
            case 503 -> "unavailable";
            default -> status < 500 ? "invalid_request" : "internal_error";
        };
    }

    /** The same in the shape of the Channel API: {@code {"code": -1, "message"}}. */
    static Response channelError(int status, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", -1);
        body.put("message", message);
        return error(status, bytes(body));
    }

    private static Response error(int status, byte[] body) {
        Response.ResponseBuilder response = json(status, body);
        if (status == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (status == 429 || status == 503) {
            response.header(HttpHeaders.RETRY_AFTER, 1);
        }
        return response.build();
    }

    /** The body of an error. */
    static byte[] errorBody(String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        body.put("message", message);
        return bytes(body);
    }

    private static Response success(int status, Object data) {
        return json(status, bytes(successBody(data))).build();
    }

    private static Map<String, Object> successBody(Object data) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.put("message", "");
        body.put("data", data);
        return body;
    }

    private static Response.ResponseBuilder json(int status, Object body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .entity(body);
    }

    private static byte[] bytes(Map<String, Object> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that is no JSON", e);
        }
    }
}

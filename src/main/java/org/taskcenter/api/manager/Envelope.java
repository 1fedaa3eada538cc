package org.taskcenter.api.manager;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.Page;
import org.taskcenter.task.TaskState;

/** What is sent: strict JSON in UTF-8, in the one shape that all answers have. */
final class Envelope {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String MP_API = "MP-API";
    private static final int HEAD_SIZE = 256;
    private static final int RESULT_SIZE = 160;

    private Envelope() {}

    /** The answer to a message that is refused as a whole. */
    static byte[] refusal(String type, int code, String message) {
        return write(type, 0, 0, 0, HEAD_SIZE, json -> {}, json -> {
            json.writeNumberField("code", code);
            text(json, "message", message);
        });
    }

    static byte[] added(String type, List<Outcome> outcomes) {
        int n = outcomes.size();
        return write(type, 0, n, n, HEAD_SIZE + n * RESULT_SIZE, json -> {
            for (Outcome outcome : outcomes) {
                added(json, outcome);
            }
        });
    }

    private static void added(JsonGenerator json, Outcome outcome) throws IOException {
        json.writeStartObject();
        text(json, "from", outcome.from());
        text(json, "id", outcome.id());
        json.writeStringField("status", outcome.isAccepted() ? "ack" : "reject");
        json.writeNumberField("codd", outcome.code());
        json.writeNumberField("code", outcome.code());
        text(json, "message", outcome.message());
        json.writeEndObject();
    }

    /** The number of calls alone. */
    static byte[] counted(String type, long total) {
        return write(type, 0, 0, total, HEAD_SIZE, json -> {});
    }

    static byte[] found(String type, Page<CallStatus> page) {
        return write(type, page, json -> {
            for (CallStatus call : page.items()) {
                found(json, call);
            }
        });
    }

    private static void found(JsonGenerator json, CallStatus call) throws IOException {
        json.writeStartObject();
        text(json, "from", call.client());
        text(json, "id", call.id());
        text(json, "group", call.group());
        json.writeStringField("status", word(call.state()));
        json.writeStringField("task_type", MP_API);
        json.writeStringField("type", MP_API);
        if (call.state().isEnded()) {
            json.writeObjectFieldStart("result");
            json.writeNumberField("code", call.code());
            text(json, "body", call.body() == null ? "" : call.body());
            if (call.truncated()) {
                json.writeBooleanField("truncated", true);
            }
            json.writeEndObject();
        } else {
            json.writeNullField("result");
        }
        json.writeEndObject();
    }

    private static String word(TaskState state) {
        return switch (state) {
            case WAITING -> "wait";
            case RUNNING -> "running";
            case SUCCEEDED -> "finish";
            case FAILED, PARTLY, CANCELLED -> "error";
        };
    }

    static byte[] cancelled(String type, Page<CancelledCall> page) {
        return write(type, page, json -> {
            for (CancelledCall call : page.items()) {
                cancelled(json, call);
            }
        });
    }

    private static void cancelled(JsonGenerator json, CancelledCall call) throws IOException {
        switch (call.effect()) {
            case CANCELLED -> cancelled(json, call, MP_API, 200, null);
            case STOPPING -> cancelled(json, call, MP_API, 202, null);
            case RUNNING -> cancelled(json, call, MP_API, 409, "the task is running: force would stop it");
            case ENDED -> cancelled(json, call, MP_API, 409, "the task has ended already");
        }
    }

    /**
     * The answer to the cancel of an id that nothing has.
     *
     * @param page the unknown one, as the page asked for holds it
     */
    static byte[] unknown(String type, Page<CancelledCall> page) {
        return write(type, page, json -> {
            for (CancelledCall call : page.items()) {
                cancelled(json, call, null, 404, "there is no such task");
            }
        });
    }

    /** @param error null where the cancel took effect */
    private static void cancelled(JsonGenerator json, CancelledCall call, String taskType, int code, String error)
            throws IOException {
        json.writeStartObject();
        text(json, "from", call.client());
        text(json, "id", call.id());
        text(json, "group", call.group());
        json.writeStringField("task_type", taskType);
        json.writeStringField("type", taskType);
        json.writeStringField("status", error == null ? "finish" : "error");
        json.writeNumberField("code", code);
        if (error != null) {
            json.writeStringField("message", error);
        }
        json.writeEndObject();
    }

    private static byte[] write(String type, Page<?> page, Part results) {
        int size = HEAD_SIZE + page.items().size() * RESULT_SIZE;
        return write(type, page.from(), page.to(), page.total(), size, results);
    }

    private static byte[] write(String type, long from, long to, long total, int size, Part results) {
        return write(type, from, to, total, size, results, json -> {});
    }

    private static byte[] write(String type, long from, long to, long total, int size, Part results, Part end) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        try (JsonGenerator json = FACTORY.createGenerator(bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeStringField("message_type", type);
            json.writeObjectFieldStart("count");
            json.writeNumberField("from", from);
            json.writeNumberField("to", to);
            json.writeNumberField("total", total);
            json.writeEndObject();
            json.writeArrayFieldStart("results");
            results.writeTo(json);
            json.writeEndArray();
            end.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void text(JsonGenerator json, String name, String text) throws IOException {
        // A rejected task is echoed with what was wrong about it.
        json.writeStringField(name, Text.wellFormed(text));
    }

    /** Writes a part of the envelope. */
    @FunctionalInterface
    private interface Part {
        void writeTo(JsonGenerator json) throws IOException;
    }
}

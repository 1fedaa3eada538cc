package org.taskcenter.api.manager;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.Page;
import org.taskcenter.call.Range;
import org.taskcenter.task.TaskState;

/** What is sent: strict JSON in UTF-8, in the one shape that all answers have. */
final class Envelope {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String MP_API = "MP-API";
    private static final int HEAD_SIZE = 256;
    private static final int RESULT_SIZE = 160;
    private static final int LONG = 256 * 1024;

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

    /**
     * What there is to tell of calls: of the first ones, as many as there is room for, and of one at least.
     *
     * @param longest about how many bytes may be written
     */
    static byte[] found(String type, Page<CallStatus> page, int longest) {
        List<CallStatus> shown = page.items();
        long size = HEAD_SIZE;
        for (int i = 0; i < shown.size(); i++) {
            long more = size(shown.get(i));
            if (i > 0 && size + more > longest) {
                shown = shown.subList(0, i);
                break;
            }
            size += more;
        }
        Page<CallStatus> cut = new Page<>(page.from(), page.total(), shown);
        return write(type, cut.from(), cut.to(), cut.total(), (int) size, json -> {
            for (CallStatus call : cut.items()) {
                found(json, call);
            }
        });
    }

    /** At most so many bytes are written of it. */
    private static long size(CallStatus call) {
        return RESULT_SIZE + size(call.client()) + size(call.id()) + size(call.group()) + size(call.body());
    }

    private static long size(String text) {
        if (text == null) {
            return 0;
        }
        long size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                size += 6;
            } else if (c == '"' || c == '\\') {
                size += 2;
            } else if (c < 0x80) {
                size++;
            } else {
                size += c < 0x800 || Character.isLowSurrogate(c) ? 2 : 3;
            }
        }
        return size;
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

    /** What a cancel did to calls that begin at {@code range.from()}. */
    static byte[] cancelled(String type, Range range, CancelledList list) {
        byte[] around = write(type, range.from(), range.from() + list.size(), range.total(), HEAD_SIZE, json -> {});
        int end = around.length - "]}".length();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(around.length + list.length());
        bytes.write(around, 0, end);
        list.writeTo(bytes);
        bytes.write(around, end, around.length - end);
        return bytes.toByteArray();
    }

    /** What a cancel did to these, as a JSON array. */
    static byte[] cancelled(List<CancelledCall> calls) {
        Part array = json -> {
            json.writeStartArray();
            for (CancelledCall call : calls) {
                cancelled(json, call);
            }
            json.writeEndArray();
        };
        try {
            return write(array, calls.size() * RESULT_SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        Part all = json -> {
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
        };
        try {
            return size <= LONG ? write(all, size) : writeLong(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] write(Part part, int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        write(part, bytes);
        return bytes.toByteArray();
    }

    /** Counts first, so that it is in the memory once, and not as often as it outgrew it. */
    private static byte[] writeLong(Part part) throws IOException {
        AtomicInteger length = new AtomicInteger();
        write(part, new OutputStream() {
            @Override
            public void write(int b) {
                length.incrementAndGet();
            }

            @Override
            public void write(byte[] from, int offset, int count) {
                length.addAndGet(count);
            }
        });
        ByteBuffer bytes = ByteBuffer.allocate(length.get());
        write(part, new OutputStream() {
            @Override
            public void write(int b) {
                bytes.put((byte) b);
            }

            @Override
            public void write(byte[] from, int offset, int count) {
                bytes.put(from, offset, count);
            }
        });
        return bytes.array();
    }

    private static void write(Part part, OutputStream to) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(to, JsonEncoding.UTF8)) {
            part.writeTo(json);
        }
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

package org.taskcenter.api.manager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Role;
import org.taskcenter.call.NewCall;

/** A handler of messages with a fake behind it, at a fixed time, whose only forbidden host is "forbidden.example". */
final class MessagesFixture {
    static final Instant NOW = Instant.parse("2030-01-31T09:00:00Z");
    static final Caller CALLER = new Caller(1, "acme", Role.USER, Set.of("acme", "7"), Set.of());
    static final long MEMORY = 76 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    final FakeDesk desk = new FakeDesk();
    final Messages messages = new Messages(
            desk,
            uri -> "forbidden.example".equals(uri.getHost())
                    ? Optional.of("it is a private address")
                    : NewCall.whyMalformed(uri),
            Clock.fixed(NOW, ZoneOffset.UTC),
            new AnswerRoom(MEMORY, Duration.ZERO));

    /** Handles a message; ' stands for ". */
    JsonNode send(int expectedStatus, String message) {
        return sendBytes(expectedStatus, message.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    JsonNode sendBytes(int expectedStatus, byte[] message) {
        Reply reply = messages.handle(CALLER, message);
        reply.over().run();
        JsonNode json = parse(reply.body());
        if (reply.status() != expectedStatus) {
            String start =
                    json.toString().substring(0, Math.min(500, json.toString().length()));
            throw new AssertionError("status " + reply.status() + ", not " + expectedStatus + ": " + start);
        }
        return json;
    }

    static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(new String(json, StandardCharsets.UTF_8), e);
        }
    }

    static JsonNode parse(String json) {
        return parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** A good task with fields replaced by what is written; ' stands for ", and "task.x" is the field x of its task. */
    static String task(String... replaced) {
        Map<String, String> fields = new LinkedHashMap<>(Map.of("from", "'acme'", "id", "'1'", "type", "'MP-API'"));
        Map<String, String> nested =
                new LinkedHashMap<>(Map.of("url", "'http://target.example/a'", "method", "'POST'", "body", "'<a/>'"));
        for (int i = 0; i < replaced.length; i += 2) {
            if (replaced[i].startsWith("task.")) {
                nested.put(replaced[i].substring("task.".length()), replaced[i + 1]);
            } else {
                fields.put(replaced[i], replaced[i + 1]);
            }
        }
        fields.putIfAbsent("task", object(nested));
        return object(fields);
    }

    private static String object(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> "'" + field.getKey() + "':" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String add(String... tasks) {
        return "{'message_type':'add_task','parameters':[" + String.join(",", tasks) + "]}";
    }
}

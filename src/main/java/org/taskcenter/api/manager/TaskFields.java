package org.taskcenter.api.manager;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code task} of a message that adds one, as it was written; what is absent is null. */
final class TaskFields {
    /** Stands for a task that is no object. */
    static final TaskFields NO_OBJECT = new TaskFields();

    /** Stands for headers that are no object. */
    static final Map<String, Scalar> NO_HEADERS = Map.of();

    Scalar url;
    Scalar method;
    Scalar body;
    Map<String, Scalar> headers;
    Scalar timeout;
    RetryFields retry;
    Scalar atMostOnce;
    Scalar runAt;
    Scalar priority;

    /** Takes the object whose beginning the parser stands on. */
    static TaskFields read(JsonParser json) throws IOException {
        TaskFields task = new TaskFields();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            task.take(name, json);
        }
        return task;
    }

    private void take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "url" -> url = Scalar.read(json);
            case "method" -> method = Scalar.read(json);
            case "body" -> body = Scalar.read(json);
            case "headers" -> headers = readHeaders(json);
            case "timeout" -> timeout = Scalar.read(json);
            case "retry" -> retry = readRetry(json);
            case "at_most_once" -> atMostOnce = Scalar.read(json);
            case "run_at" -> runAt = Scalar.read(json);
            case "priority" -> priority = Scalar.read(json);
            default -> json.skipChildren();
        }
    }

    private static Map<String, Scalar> readHeaders(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return Scalar.read(json) == null ? null : NO_HEADERS;
        }
        Map<String, Scalar> headers = new LinkedHashMap<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            headers.put(name, Scalar.read(json));
        }
        return headers;
    }

    private static RetryFields readRetry(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return RetryFields.read(json);
        }
        return Scalar.read(json) == null ? null : RetryFields.NO_OBJECT;
    }
}

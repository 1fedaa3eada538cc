package org.taskcenter.api.manager;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** The {@code retry} of a task, as it was written; what is absent is null. */
final class RetryFields {
    /** Stands for a retry that is no object. */
    static final RetryFields NO_OBJECT = new RetryFields();

    Scalar maxAttempts;
    Scalar minBackoff;
    Scalar maxBackoff;
    Scalar deadline;
    Scalar unsafe;

    /** Takes the object whose beginning the parser stands on. */
    static RetryFields read(JsonParser json) throws IOException {
        RetryFields retry = new RetryFields();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            retry.take(name, json);
        }
        return retry;
    }

    private void take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "max_attempts" -> maxAttempts = Scalar.read(json);
            case "min_backoff" -> minBackoff = Scalar.read(json);
            case "max_backoff" -> maxBackoff = Scalar.read(json);
            case "deadline" -> deadline = Scalar.read(json);
            case "unsafe" -> unsafe = Scalar.read(json);
            default -> json.skipChildren();
        }
    }
}

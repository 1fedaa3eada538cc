package org.taskcenter.api.manager;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What the parameters of any message can hold, as it was written; what is absent is null. All messages share it because a
 * message may tell its type after its parameters.
 */
final class Parameters {
    Scalar from;
    Scalar id;
    Scalar group;
    Scalar type;
    Scalar taskType;
    TaskFields task;
    Scalar returnPath;
    Scalar onlyCount;
    Scalar force;
    Scalar offset;
    Scalar limit;

    /** Takes the object whose beginning the parser stands on. */
    static Parameters read(JsonParser json) throws IOException {
        Parameters parameters = new Parameters();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            parameters.take(name, json);
        }
        return parameters;
    }

    private void take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "from" -> from = Scalar.read(json);
            case "id" -> id = Scalar.read(json);
            case "group" -> group = Scalar.read(json);
            case "type" -> type = Scalar.read(json);
            case "task_type" -> taskType = Scalar.read(json);
            case "task" -> task = readTask(json);
            case "return_path" -> returnPath = Scalar.read(json);
            case "only_count" -> onlyCount = Scalar.read(json);
            case "force" -> force = Scalar.read(json);
            case "offset" -> offset = Scalar.read(json);
            case "limit" -> limit = Scalar.read(json);
            default -> json.skipChildren();
        }
    }

    private static TaskFields readTask(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return TaskFields.read(json);
        }
        return Scalar.read(json) == null ? null : TaskFields.NO_OBJECT;
    }
}

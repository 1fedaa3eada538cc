package org.taskcenter.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * A platform by configuration alone: how tasks are submitted and asked for, where in its answers to look, and what its words mean.
 *
 * <p>Templates, in paths, header values and texts of bodies: <code>${action}</code>, <code>${key}</code> (the channel's),
 * <code>${id}</code> (the third party's) and <code>${body.NAME}</code> (a field of what the client sent). A text of a body that is
 * nothing but <code>${ids}</code>, <code>${body}</code> or <code>${body.NAME}</code> becomes that JSON value.
 *
 * @param headers go with each request
 * @param words theirs to ours
 * @param actions in lower case
 */
public record Declaration(
        String name,
        Call submit,
        Call fetch,
        Map<String, String> headers,
        Pointers pointers,
        Map<String, String> words,
        Set<String> actions) {
    /**
     * A request.
     *
     * @param path template, begins with a slash, behind the channel's base URL
     * @param body template, or null for none
     */
    public record Call(String method, String path, JsonNode body) {}

    /**
     * JSON pointers (RFC 6901); null where not given.
     *
     * @param id of a new task, in the answer to a submission
     * @param items the array of tasks in the answer to a fetch; null: the answer is about the one task that was asked for
     * @param itemId whose task an item is, in the item; needed with {@code items}
     * @param status in the item, as all that follow
     */
    public record Pointers(
            String id,
            String items,
            String itemId,
            String status,
            String progress,
            String failReason,
            String data,
            String startTime,
            String finishTime) {}

    public Declaration {
        headers = Map.copyOf(headers);
        words = Map.copyOf(words);
        actions = Set.copyOf(actions);
    }
}

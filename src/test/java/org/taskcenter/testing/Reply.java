package org.taskcenter.testing;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An answer of the centre.
 *
 * @param status the HTTP status
 * @param body the JSON; a missing node where the body was empty
 */
public record Reply(int status, JsonNode body) {

    /** What lies at a JSON pointer like {@code /results/0/code} or {@code /data/token}; a missing node where nothing does. */
    public JsonNode at(String pointer) {
        return body.at(pointer);
    }
}

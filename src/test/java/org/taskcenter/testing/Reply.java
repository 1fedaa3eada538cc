package org.taskcenter.testing;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An answer of the centre.
 *
 * @param status the HTTP status
 * @param body the JSON; a missing node where the body was empty
 */
public record Reply(int status, JsonNode body) {

    /** {@code results} of a Manager API answer, or {@code data} of an administration one, by a path like {@code /results/0/code}. */
    public JsonNode at(String pointer) {
        return body.at(pointer);
    }
}

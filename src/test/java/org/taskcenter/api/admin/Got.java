package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.admin.Stage.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;

/** What the administration API has answered. */
record Got(HttpResponse<String> response) {
    String requestId() {
        return response.headers().firstValue("X-Request-Id").orElseThrow();
    }

    int status() {
        return response.statusCode();
    }

    String text() {
        return response.body();
    }

    JsonNode at(String pointer) {
        try {
            return JSON.readTree(text()).at(pointer);
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + text(), e);
        }
    }

    /** What was asked is not understood, and these words are in what it says of that. */
    void assertWrong(String words) {
        assertThat(status()).as(text()).isEqualTo(400);
        assertThat(at("/message").asText()).contains(words);
    }
}

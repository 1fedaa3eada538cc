package org.taskcenter.ansible;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.taskcenter.secret.SealedColumn;

/** What of a run may hold secrets: it is sealed. */
record Content(Work work, String variables, String user, boolean check, List<String> tags, List<String> skipTags) {
    /** Where it is stored. */
    static final SealedColumn COLUMN = new SealedColumn("ansible_run", "task_id", "content");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Content of(NewRun run) {
        return new Content(run.work(), run.variables(), run.user(), run.check(), run.tags(), run.skipTags());
    }

    byte[] pack() {
        ObjectNode json = JSON.createObjectNode()
                .put("kind", work.kind().name())
                .put("text", work.text())
                .put("variables", variables)
                .put("user", user)
                .put("check", check);
        json.set("tags", array(tags));
        json.set("skip_tags", array(skipTags));
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Content unpack(byte[] packed) {
        try {
            JsonNode json = JSON.readTree(packed);
            Work.Kind kind = Work.Kind.valueOf(json.path("kind").asText());
            return new Content(
                    new Work(kind, json.path("text").asText()),
                    json.path("variables").asText(),
                    json.path("user").asText(),
                    json.path("check").asBoolean(),
                    list(json.path("tags")),
                    list(json.path("skip_tags")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = JSON.createArrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static List<String> list(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}

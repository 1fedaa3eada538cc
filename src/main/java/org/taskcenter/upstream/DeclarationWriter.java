package org.taskcenter.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a declaration as the JSON that {@link DeclarationReader} reads. */
final class DeclarationWriter {
    private DeclarationWriter() {}

    static JsonNode json(Declaration declaration) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("submit", call(declaration.submit()));
        json.set("fetch", call(declaration.fetch()));
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(declaration.headers()).forEach(headers::put);
        ObjectNode pointers = json.putObject("pointers");
        Declaration.Pointers given = declaration.pointers();
        put(pointers, "id", given.id());
        put(pointers, "items", given.items());
        put(pointers, "item_id", given.itemId());
        put(pointers, "status", given.status());
        put(pointers, "progress", given.progress());
        put(pointers, "fail_reason", given.failReason());
        put(pointers, "data", given.data());
        put(pointers, "start_time", given.startTime());
        put(pointers, "finish_time", given.finishTime());
        ObjectNode words = json.putObject("words");
        new TreeMap<>(declaration.words()).forEach(words::put);
        new TreeSet<>(declaration.actions()).forEach(json.putArray("actions")::add);
        return json;
    }

    private static ObjectNode call(Declaration.Call call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("method", call.method());
        json.put("path", call.path());
        if (call.body() != null) {
            json.set("body", call.body());
        }
        return json;
    }

    private static void put(ObjectNode pointers, String field, String pointer) {
        if (pointer != null) {
            pointers.put(field, pointer);
        }
    }
}

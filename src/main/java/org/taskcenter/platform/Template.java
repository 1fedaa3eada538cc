package org.taskcenter.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What fills the places of a declaration's templates: see {@link org.taskcenter.upstream.Declaration}.
 *
 * @param texts by the names of their places
 * @param ids for the place {@code ids}
 * @param body for the places {@code body} and {@code body.NAME}
 */
record Template(Map<String, String> texts, List<String> ids, ObjectNode body) {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)}");
    private static final String FIELD = "body.";

    /** A text with its places filled. */
    String text(String template) {
        return filled(template, UnaryOperator.identity());
    }

    /** A path, what fills its places being percent-encoded. */
    String path(String template) {
        return filled(
                template,
                value -> URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    private String filled(String template, UnaryOperator<String> encoding) {
        Matcher place = PLACE.matcher(template);
        StringBuilder text = new StringBuilder();
        while (place.find()) {
            place.appendReplacement(text, Matcher.quoteReplacement(encoding.apply(value(place.group(1)))));
        }
        return place.appendTail(text).toString();
    }

    private String value(String name) {
        if (name.startsWith(FIELD)) {
            JsonNode field = body.path(name.substring(FIELD.length()));
            return field.isContainerNode() ? field.toString() : field.isNull() ? "" : field.asText();
        }
        return texts.getOrDefault(name, "");
    }

    /** JSON with its places filled; a field whose whole value is one that the client has not sent is left out. */
    JsonNode json(JsonNode template) {
        if (template.isObject()) {
            ObjectNode object = Words.JSON.createObjectNode();
            template.properties().forEach(field -> {
                JsonNode value = json(field.getValue());
                if (!value.isMissingNode()) {
                    object.set(field.getKey(), value);
                }
            });
            return object;
        }
        if (template.isArray()) {
            ArrayNode array = Words.JSON.createArrayNode();
            template.forEach(item -> {
                JsonNode value = json(item);
                if (!value.isMissingNode()) {
                    array.add(value);
                }
            });
            return array;
        }
        return template.isTextual() ? whole(template.asText()) : template;
    }

    private JsonNode whole(String template) {
        Matcher place = PLACE.matcher(template);
        if (!place.matches()) {
            return TextNode.valueOf(text(template));
        }
        String name = place.group(1);
        if (name.equals("ids")) {
            ArrayNode array = Words.JSON.createArrayNode();
            ids.forEach(array::add);
            return array;
        }
        if (name.equals("body")) {
            return body;
        }
        return name.startsWith(FIELD) ? body.path(name.substring(FIELD.length())) : TextNode.valueOf(value(name));
    }
}

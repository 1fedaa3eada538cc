package org.taskcenter.upstream;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a declaration from its JSON and says what is wrong with it. */
final class DeclarationReader {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH");
    private static final Set<String> OUR_WORDS =
            Set.of("NOT_START", "SUBMITTED", "QUEUED", "IN_PROGRESS", "FAILURE", "SUCCESS", "UNKNOWN");
    private static final Set<String> SENT_BY_US =
            Set.of("host", "content-length", "transfer-encoding", "connection", "content-type");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern ACTION = Pattern.compile("[a-z0-9_.-]{1,64}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)}");
    private static final int LONGEST = 1_000;
    private static final int MOST = 200;

    private final String name;
    private final JsonNode json;

    private DeclarationReader(String name, JsonNode json) {
        this.name = name;
        this.json = json;
    }

    /** @throws UpstreamRefusal where it cannot be used */
    static Declaration read(String name, JsonNode json) {
        if (!NAME.matcher(name).matches() || Platforms.SUNO.equalsIgnoreCase(name)) {
            throw UpstreamRefusal.wrong(
                    "name must be 1 to 64 letters, digits, dots, hyphens and underscores, and not suno");
        }
        return new DeclarationReader(name, json).read();
    }

    /**
     * As {@link #read}, for what is handed in now: what was accepted before stays readable.
     *
     * @throws UpstreamRefusal where it cannot be used
     */
    static Declaration readNew(String name, JsonNode json) {
        if (name.equals(".") || name.equals("..")) {
            throw UpstreamRefusal.wrong("name must be more than dots, which stand for folders in a path");
        }
        Declaration declaration = read(name, json);
        checkPath("submit.path", declaration.submit().path());
        checkPath("fetch.path", declaration.fetch().path());
        return declaration;
    }

    /** Whatever fills its places is encoded, so that it is the rest which makes a URL or not. */
    private static void checkPath(String where, String path) {
        try {
            if (new URI("http://x" + PLACE.matcher(path).replaceAll("x")).getRawFragment() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            throw UpstreamRefusal.wrong(where + " makes no URL (" + e.getReason()
                    + "): write places as ${name}, and encode other braces, quotes, percent signs and the like");
        }
        throw UpstreamRefusal.wrong(where + " must not hold a #");
    }

    private Declaration read() {
        Declaration.Call submit = call("submit", Set.of("action", "key", "body"));
        Declaration.Call fetch = call("fetch", Set.of("id", "ids", "key"));
        Declaration.Pointers pointers = pointers();
        boolean byOne = !(fetch.body() == null ? "" : fetch.body().toString()).contains("${ids}");
        if (!byOne && pointers.items() == null) {
            throw UpstreamRefusal.wrong("pointers.items is required, as fetch asks for many: where their array is");
        }
        if (byOne && !(fetch.path() + fetch.body()).contains("${id}")) {
            throw UpstreamRefusal.wrong("fetch must hold ${id}, or ${ids} in its body");
        }
        if (pointers.items() != null && pointers.itemId() == null) {
            throw UpstreamRefusal.wrong("pointers.item_id is required with items: whose task an item is");
        }
        return new Declaration(name, submit, fetch, headers(), pointers, words(), actions());
    }

    private Declaration.Call call(String field, Set<String> places) {
        JsonNode call = object(json, field, "");
        if (call == null) {
            throw UpstreamRefusal.wrong(field + " is required");
        }
        String method = text(call, "method", field + ".");
        method = method == null ? "POST" : method.toUpperCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw UpstreamRefusal.wrong(field + ".method must be GET, POST, PUT or PATCH");
        }
        String path = text(call, "path", field + ".");
        if (path == null || !path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw UpstreamRefusal.wrong(
                    field + ".path is required: it begins with a slash and is ASCII without blanks");
        }
        placesIn(path, field + ".path", places, false);
        JsonNode body = call.get("body");
        if (body == null || body.isNull()) {
            body = null;
        } else {
            if ("GET".equals(method)) {
                throw UpstreamRefusal.wrong(field + ".body: a GET has none");
            }
            placesIn(body, field + ".body", places);
        }
        return new Declaration.Call(method, path, body);
    }

    private void placesIn(JsonNode node, String where, Set<String> places) {
        if (node.isTextual()) {
            placesIn(node.asText(), where, places, true);
        } else {
            node.forEach(inner -> placesIn(inner, where, places));
        }
    }

    private static void placesIn(String template, String where, Set<String> places, boolean inBody) {
        Matcher place = PLACE.matcher(template);
        while (place.find()) {
            String what = place.group(1);
            boolean whole = inBody && place.start() == 0 && place.end() == template.length();
            boolean field = what.startsWith("body.") && what.length() > 5 && places.contains("body");
            boolean value = "ids".equals(what) || "body".equals(what);
            if (!field && !(places.contains(what) && (whole || !value))) {
                throw UpstreamRefusal.wrong(where + " holds ${" + what + "}, which is nothing that can be put there");
            }
        }
    }

    private Map<String, String> headers() {
        JsonNode given = object(json, "headers", "");
        if (given == null) {
            return Map.of("Authorization", "Bearer ${key}");
        }
        Map<String, String> headers = texts(given, "headers");
        headers.forEach((header, value) -> {
            if (!HEADER.matcher(header).matches() || SENT_BY_US.contains(header.toLowerCase(Locale.ROOT))) {
                throw UpstreamRefusal.wrong("headers must not hold " + header);
            }
            if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw UpstreamRefusal.wrong("headers." + header + " must be ASCII without control characters");
            }
            placesIn(value, "headers." + header, Set.of("key"), false);
        });
        return headers;
    }

    private Declaration.Pointers pointers() {
        JsonNode given = object(json, "pointers", "");
        if (given == null) {
            throw UpstreamRefusal.wrong("pointers is required");
        }
        Declaration.Pointers pointers = new Declaration.Pointers(
                pointer(given, "id"),
                pointer(given, "items"),
                pointer(given, "item_id"),
                pointer(given, "status"),
                pointer(given, "progress"),
                pointer(given, "fail_reason"),
                pointer(given, "data"),
                pointer(given, "start_time"),
                pointer(given, "finish_time"));
        if (pointers.id() == null || pointers.status() == null) {
            throw UpstreamRefusal.wrong("pointers.id and pointers.status are required");
        }
        return pointers;
    }

    private static String pointer(JsonNode given, String field) {
        JsonNode value = given.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        try {
            if (value.isTextual() && value.asText().length() <= LONGEST) {
                JsonPointer.compile(value.asText());
                return value.asText();
            }
        } catch (IllegalArgumentException e) {
            throw UpstreamRefusal.wrong("pointers." + field + " is no JSON pointer: it begins with a slash");
        }
        throw UpstreamRefusal.wrong("pointers." + field + " must be a JSON pointer, as text");
    }

    private Map<String, String> words() {
        JsonNode given = object(json, "words", "");
        Map<String, String> words = given == null ? Map.of() : texts(given, "words");
        words.forEach((theirs, ours) -> {
            if (!OUR_WORDS.contains(ours)) {
                throw UpstreamRefusal.wrong(
                        "words." + theirs + " must be one of " + String.join(", ", new TreeSet<>(OUR_WORDS)));
            }
        });
        return words;
    }

    private Set<String> actions() {
        JsonNode given = json.get("actions");
        if (given == null || !given.isArray() || given.isEmpty() || given.size() > MOST) {
            throw UpstreamRefusal.wrong("actions is required: an array of 1 to " + MOST + " names");
        }
        Set<String> actions = new TreeSet<>();
        for (JsonNode each : given) {
            String action = each.isTextual() ? each.asText().toLowerCase(Locale.ROOT) : "";
            if (!ACTION.matcher(action).matches()) {
                throw UpstreamRefusal.wrong(
                        "actions must be names of 1 to 64 letters, digits, dots, hyphens and underscores");
            }
            actions.add(action);
        }
        return actions;
    }

    private static JsonNode object(JsonNode in, String field, String prefix) {
        JsonNode value = in.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isObject()) {
            throw UpstreamRefusal.wrong(prefix + field + " must be an object");
        }
        return value;
    }

    private static String text(JsonNode in, String field, String prefix) {
        JsonNode value = in.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual() || value.asText().length() > LONGEST) {
            throw UpstreamRefusal.wrong(prefix + field + " must be text of at most " + LONGEST + " characters");
        }
        return value.asText();
    }

    private static Map<String, String> texts(JsonNode object, String field) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            String value = text(object, each.getKey(), field + ".");
            if (value == null || each.getKey().length() > LONGEST) {
                throw UpstreamRefusal.wrong(field + " must hold texts of at most " + LONGEST + " characters");
            }
            texts.put(each.getKey(), value);
        }
        if (texts.size() > MOST) {
            throw UpstreamRefusal.wrong(field + " has more than " + MOST + " entries");
        }
        return texts;
    }
}

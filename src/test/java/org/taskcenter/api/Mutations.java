package org.taskcenter.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes bad JSON of good: in its structure, its values, its text or its bytes. The same seed makes the same. */
final class Mutations {
    private static final String[] VALUES = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1.5",
        "1e3",
        "1e999999999",
        "-1e-999999999",
        "9223372036854775808",
        "1" + "0".repeat(400),
        "0." + "0".repeat(400) + "1",
        "9".repeat(2_000),
        "NaN",
        "Infinity",
        "0x10",
        "01",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u2028\\u202e\\ufeff\\uffff\"",
        "\"\\r\\nX-Injected: 1\"",
        "\"\r\nX-Injected: 1\"",
        "\"\\u001b[2J\"",
        "\"日本\"",
        "\"" + "x".repeat(256) + "\"",
        "\"" + "é".repeat(9_000) + "\"",
        "\"" + "x".repeat(1_050_000) + "\"",
        "\"1e999999999\"",
        "\"true\"",
        "\"GET\"",
        "\"MP-API\"",
        "\"http://\"",
        "\"http://[::1\"",
        "\"http://127.0.0.1:99999/\"",
        "\"http://a@b@c/\"",
        "\"http://169.254.169.254/\"",
        "\"http://日本.invalid/%zz\"",
        "\"http://" + "a.".repeat(400) + "invalid/\"",
        "\"9999-99-99T99:99:99Z\"",
        "\"+1000000000-12-31T23:59:59Z\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{\"\":{}}",
        "{\"a\":1,\"a\":2}",
        "[".repeat(50) + "]".repeat(50),
        "[".repeat(2_000) + "]".repeat(2_000),
        "{\"a\":".repeat(900) + "1" + "}".repeat(900),
        "{\"X-A\":\"a\\r\\nX-Injected: 1\",\"x\\r\\ny\":\"1\",\"\\u0000\":\"\\u0000\"}",
        "{\"Host\":\"x\",\"Content-Length\":\"5\"}"
    };
    private static final String[] PIECES = {
        "\0", "\"", "\\", "{", "}", "[", "]", ",", ":", "\\u", "\\ud800", "//", "/*", "*/", "\n", "'", "1e9", "null"
    };
    private static final byte[][] BYTES = {
        {(byte) 0xC0, (byte) 0x80},
        {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xFF, (byte) 0xFE},
        {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
        {(byte) 0xE2, (byte) 0x80},
        {0},
        {0x1B, '[', '2', 'J'}
    };
    private static final Charset[] CHARSETS = {UTF_16LE, UTF_16BE, ISO_8859_1, Charset.forName("UTF-32")};

    private final Random random;

    Mutations(long seed) {
        random = new Random(seed);
    }

    int below(int end) {
        return random.nextInt(end);
    }

    /** Changes a message (which it keeps for itself) a few times, now in this way, now in that. */
    byte[] of(ObjectNode message) {
        for (int i = below(3); i > 0; i--) {
            mutate(message);
        }
        String text = message.toString();
        if (below(4) == 0) {
            text = mutate(text);
        }
        byte[] bytes = below(100) == 0 ? text.getBytes(CHARSETS[below(CHARSETS.length)]) : text.getBytes(UTF_8);
        return below(4) == 0 ? mutate(bytes) : bytes;
    }

    /** A text that was meant to be something else. */
    String text() {
        return below(3) == 0
                ? String.valueOf(random.nextLong())
                : VALUES[below(VALUES.length)].replace("\"", "").replace("\\u0000", "\0");
    }

    private void mutate(ObjectNode message) {
        List<JsonNode> containers = new ArrayList<>();
        collect(message, containers);
        JsonNode container = containers.get(below(containers.size()));
        if (container instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            mutate(object, names.get(below(names.size())));
        } else if (container instanceof ArrayNode array) {
            array.addRawValue(value());
        }
    }

    private void mutate(ObjectNode object, String name) {
        switch (below(5)) {
            case 0 -> object.remove(name);
            case 1 -> object.set(name + below(10), object.remove(name));
            case 2 -> object.putRawValue("extra" + below(10), value());
            default -> object.putRawValue(name, value());
        }
    }

    private RawValue value() {
        // The long ones are rare, so that a run is quick.
        String value = VALUES[below(VALUES.length)];
        return new RawValue(value.length() > 20_000 && below(20) > 0 ? "\"\"" : value);
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private String mutate(String text) {
        int at = below(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + below(12));
        return switch (below(5)) {
            case 0 -> text.substring(0, at) + PIECES[below(PIECES.length)] + text.substring(at);
            case 1 -> text.substring(0, at) + text.substring(end);
            case 2 -> text.substring(0, end) + text.substring(at);
            case 3 -> twice(text, at);
            default -> text + (below(2) == 0 ? text : PIECES[below(PIECES.length)]);
        };
    }

    /** With a field named once more. */
    private String twice(String text, int from) {
        int brace = text.indexOf('{', from);
        int name = text.indexOf('"', from);
        int colon = text.indexOf("\":", name);
        if (brace < 0 || name < 0 || colon < 0) {
            return text + text;
        }
        String field = text.substring(name, colon + 2) + VALUES[below(20)];
        return text.substring(0, brace + 1) + field + "," + text.substring(brace + 1);
    }

    private byte[] mutate(byte[] bytes) {
        int at = below(bytes.length + 1);
        ByteArrayOutputStream changed = new ByteArrayOutputStream(bytes.length + 8);
        switch (below(4)) {
            case 0 -> changed.write(bytes, 0, at);
            case 1 -> {
                changed.writeBytes(bytes);
                byte[] copy = changed.toByteArray();
                changed.reset();
                if (at < copy.length) {
                    copy[at] ^= (byte) (1 << below(8));
                }
                changed.writeBytes(copy);
            }
            default -> {
                changed.write(bytes, 0, at);
                changed.writeBytes(BYTES[below(BYTES.length)]);
                changed.write(bytes, at, bytes.length - at);
            }
        }
        return changed.toByteArray();
    }
}

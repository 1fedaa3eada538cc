package org.taskcenter.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fields of a request's JSON object. A body is read as JSON whatever its Content-Type; null is absent; fields nobody asks
 * for are ignored; numbers and flags may come as their text. What is wrong is {@link Refused} with 400 and the field's name.
 */
public final class Fields {
    /** The largest body that is read, in bytes. */
    public static final int LARGEST_BODY = BodyLimits.OTHER;

    private static final byte[] NOTHING = {'{', '}'};
    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_URL = 2048;
    private static final int LAST_YEAR = 9_999; // of RFC 3339
    private static final int MOST_NAMES = 1_000;
    private static final long LARGEST_SAFE_NUMBER = (1L << 53) - 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;

    private Fields(JsonNode object) {
        this.object = object;
    }

    /** @throws Refused where the body is no JSON object, or too large */
    public static Fields read(InputStream body) throws IOException {
        return read(whole(body));
    }

    private static byte[] whole(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) {
            throw new Refused(413, "The body is larger than " + LARGEST_BODY + " bytes");
        }
        return bytes;
    }

    /** Those of a body that may be left out. */
    public static Fields readIfAny(InputStream body) throws IOException {
        byte[] bytes = whole(body);
        return read(bytes.length == 0 ? NOTHING : bytes);
    }

    static Fields read(byte[] bytes) throws IOException {
        try {
            JsonNode node = JSON.readTree(bytes);
            if (node == null || !node.isObject()) {
                throw Refused.badRequest("The body must be a JSON object");
            }
            if (!WellFormed.is(node)) {
                throw Refused.badRequest("The body " + WellFormed.NOT);
            }
            return new Fields(node);
        } catch (JsonProcessingException e) {
            var where = e.getLocation();
            throw Refused.badRequest("The body is not JSON"
                    + (where == null ? "" : ": line " + where.getLineNr() + ", column " + where.getColumnNr()));
        } catch (CharConversionException e) {
            throw Refused.badRequest("The body is not JSON: its characters are not those of its encoding");
        }
    }

    /** A text of 1 to 255 characters without control characters. */
    public Optional<String> text(String field) {
        return value(field).map(value -> text(field, value, LONGEST_TEXT));
    }

    /** @throws Refused where it is absent */
    public String requiredText(String field) {
        return text(field).orElseThrow(() -> wrong(field, "is required"));
    }

    /** As {@link #text} with another longest length, or "". */
    public Optional<String> blankableText(String field, int longest) {
        return value(field)
                .map(value -> value.isTextual() && value.asText().isEmpty() ? "" : text(field, value, longest));
    }

    /** A whole number from 0 to 2^53 - 1. */
    public OptionalLong number(String field) {
        return number(field, 0, LARGEST_SAFE_NUMBER);
    }

    /** A whole number of a range. */
    public OptionalLong number(String field, long least, long most) {
        Optional<JsonNode> value = value(field);
        return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(field, value.get(), least, most));
    }

    /** A whole number from -(2^53 - 1) to 2^53 - 1. */
    public OptionalLong signedNumber(String field) {
        return number(field, -LARGEST_SAFE_NUMBER, LARGEST_SAFE_NUMBER);
    }

    /** An object of whole numbers from 0 to 2^53 - 1. */
    public Optional<Map<String, Long>> numbers(String field) {
        return value(field).map(value -> {
            if (!value.isObject() || value.size() > MOST_NAMES) {
                throw wrong(field, "must be an object of whole numbers");
            }
            Map<String, Long> numbers = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> each : value.properties()) {
                if (!each.getValue().isNull()) {
                    numbers.put(
                            each.getKey(),
                            number(field + "." + each.getKey(), each.getValue(), 0, LARGEST_SAFE_NUMBER));
                }
            }
            return numbers;
        });
    }

    /** All of it. */
    public JsonNode all() {
        return object;
    }

    public Optional<Boolean> flag(String field) {
        return value(field).map(value -> switch (value.isValueNode() ? value.asText() : "") {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(field, "must be true or false");
        });
    }

    /** An array of texts; a single text is an array of one. */
    public Optional<Set<String>> names(String field) {
        return value(field).map(value -> {
            Set<String> names = new LinkedHashSet<>();
            if (value.isArray()) {
                value.forEach(name -> names.add(text(field, name, LONGEST_TEXT)));
            } else if (value.isValueNode()) {
                names.add(text(field, value, LONGEST_TEXT));
            } else {
                throw wrong(field, "must be an array of texts");
            }
            if (names.size() > MOST_NAMES) {
                throw wrong(field, "has more than " + MOST_NAMES + " names");
            }
            return names;
        });
    }

    /** An absolute http or https URL, or "". */
    public Optional<String> url(String field) {
        return value(field).map(value -> {
            String text = value.isTextual() ? value.asText() : " ";
            if (!text.isEmpty() && !isUrl(text)) {
                throw wrong(
                        field,
                        "must be an http or https URL without a user name, of at most " + LONGEST_URL + " characters");
            }
            return text;
        });
    }

    /** A time as RFC 3339 has it, of the years 0 to 9999. */
    public Optional<Instant> time(String field) {
        return value(field).map(value -> {
            try {
                OffsetDateTime time = OffsetDateTime.parse(value.asText());
                if (time.getYear() >= 0 && time.getYear() <= LAST_YEAR) {
                    return time.toInstant();
                }
            } catch (DateTimeParseException e) {
                throw wrong(field, "must be a time such as 2030-01-31T12:00:00Z");
            }
            throw wrong(field, "must be a time of the years 0 to " + LAST_YEAR);
        });
    }

    /** That a field is not as it has to be. */
    public static Refused wrong(String field, String how) {
        return Refused.badRequest(field + " " + how);
    }

    private Optional<JsonNode> value(String field) {
        return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
    }

    private static long number(String field, JsonNode value, long least, long most) {
        String text = value.isNumber() || value.isTextual() ? value.asText() : "";
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(field, "must be a whole number");
        }
        throw wrong(field, "must be from " + least + " to " + most);
    }

    private static String text(String field, JsonNode value, int longest) {
        String text = value.isTextual() || value.isNumber() ? value.asText() : "";
        boolean good =
                !text.isEmpty() && text.length() <= longest && text.chars().noneMatch(Character::isISOControl);
        if (!good) {
            throw wrong(field, "must be text of 1 to " + longest + " characters without control characters");
        }
        return text;
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return http && uri.getHost() != null && uri.getRawUserInfo() == null && text.length() <= LONGEST_URL;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

package org.taskcenter.api.channel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.taskcenter.api.BodyLimits;
import org.taskcenter.api.Refused;

/**
 * The fields of a request. Null is absent, fields nobody asks for are ignored, numbers and flags may come as their text, and
 * trailing commas are tolerated: the document's own samples have them.
 */
final class Body {
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 1_000;
    private static final int LONGEST_INTEGER = 20;
    private static final int MOST_WORDS = 1_000;

    static final JsonMapper JSON = JsonMapper.builder(((JsonFactoryBuilder) JsonFactory.builder())
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxStringLength(BodyLimits.RUN)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final ObjectNode object;

    private Body(ObjectNode object) {
        this.object = object;
    }

    /** @throws Wrong where it is no JSON object, or too large */
    static Body read(InputStream in, int most) {
        try {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new Wrong(413, "the body is larger than " + most + " bytes");
            }
            if (JSON.readTree(bytes) instanceof ObjectNode object) {
                return new Body(object);
            }
            throw Wrong.unreadable();
        } catch (Refused refused) {
            throw refused.status() == 400 ? Wrong.unreadable() : new Wrong(refused.status(), refused.getMessage());
        } catch (IOException | NumberFormatException e) {
            // Jackson tells of an exponent that is too long by the latter.
            throw Wrong.unreadable();
        }
    }

    /** The value of a text as JSON; empty where it is none. */
    static Optional<JsonNode> parse(String text) {
        try {
            return Optional.ofNullable(JSON.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A field's value; empty where it is absent or null. */
    Optional<JsonNode> value(String field) {
        return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
    }

    /** @throws Wrong where it is absent */
    JsonNode required(String field) {
        return value(field).orElseThrow(() -> Wrong.missing(field));
    }

    /** A text, or a number as its text. */
    Optional<String> text(String field) {
        return value(field).map(value -> {
            if (!value.isTextual() && !value.isNumber()) {
                throw Wrong.param(field, "must be text");
            }
            Texts.checkWhole(field, value.asText());
            return value.asText();
        });
    }

    /** A text of 1 to 255 characters of any kind. */
    Optional<String> name(String field) {
        return text(field).map(text -> {
            if (!Texts.isText(text)) {
                throw Wrong.param(field, "must be text of 1 to " + Texts.LONGEST + " characters without NUL");
            }
            return text;
        });
    }

    /** A text of 1 to 255 characters without control characters; "" is absent. */
    Optional<String> word(String field) {
        return text(field).filter(text -> !text.isEmpty()).map(text -> {
            if (!Texts.isPlain(text)) {
                throw Wrong.param(
                        field, "must be text of 1 to " + Texts.LONGEST + " characters without control characters");
            }
            return text;
        });
    }

    /** A whole number, or its text. */
    Optional<Long> number(String field, long least, long most) {
        return value(field).map(value -> {
            String text = value.isIntegralNumber() || value.isTextual()
                    ? value.asText().strip()
                    : "";
            try {
                if (text.length() <= LONGEST_INTEGER) {
                    long number = Long.parseLong(text);
                    if (number >= least && number <= most) {
                        return number;
                    }
                }
            } catch (NumberFormatException e) {
                throw Wrong.param(field, "must be a whole number");
            }
            throw Wrong.param(field, "must be a whole number from " + least + " to " + most);
        });
    }

    /** A flag, or its text. */
    boolean flag(String field) {
        return value(field)
                .map(value -> switch (value.isValueNode() ? value.asText() : "") {
                    case "true" -> true;
                    case "false", "" -> false;
                    default -> throw Wrong.param(field, "must be true or false");
                })
                .orElse(false);
    }

    /** An array of words, or a text with commas. */
    List<String> words(String field) {
        Set<String> words = new LinkedHashSet<>();
        value(field).ifPresent(value -> {
            if (value.isTextual()) {
                for (String word : value.asText().split(",")) {
                    words.add(word.strip());
                }
            } else if (value.isArray()) {
                value.forEach(word -> words.add(word.isTextual() ? word.asText().strip() : "\0"));
            } else {
                throw Wrong.param(field, "must be an array of texts");
            }
        });
        words.remove("");
        words.forEach(word -> Texts.checkWhole(field, word));
        if (words.size() > MOST_WORDS || !words.stream().allMatch(Texts::isPlain)) {
            throw Wrong.param(field, "must be an array of at most " + MOST_WORDS + " texts without control characters");
        }
        return List.copyOf(words);
    }
}

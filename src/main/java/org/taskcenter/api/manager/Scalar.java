package org.taskcenter.api.manager;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * The value of a field that should be text, a number or a flag, as it was written. A field that is absent or null has none
 * (null).
 *
 * @param text the text, the digits of the number, the word of the flag; null for what is none of these
 */
record Scalar(Kind kind, String text) {
    /** What it was in JSON. */
    enum Kind {
        TEXT,
        NUMBER,
        FLAG,
        /** An object or an array, where none belongs. */
        STRUCTURE
    }

    private static final Scalar TRUE = new Scalar(Kind.FLAG, "true");
    private static final Scalar FALSE = new Scalar(Kind.FLAG, "false");
    private static final Scalar STRUCTURE = new Scalar(Kind.STRUCTURE, null);
    private static final int MOST_PLACES = 100;

    /** Takes the value that the parser stands on, to its end. */
    static Scalar read(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return new Scalar(Kind.TEXT, json.getText());
        }
        if (token.isNumeric()) {
            return new Scalar(Kind.NUMBER, json.getText());
        }
        if (token.isBoolean()) {
            return token == JsonToken.VALUE_TRUE ? TRUE : FALSE;
        }
        json.skipChildren();
        return token == JsonToken.VALUE_NULL ? null : STRUCTURE;
    }

    boolean isEmpty() {
        return kind == Kind.TEXT && text.isEmpty();
    }

    /** Its text, if it is text or a number; else null. */
    String asText() {
        return kind == Kind.TEXT || kind == Kind.NUMBER ? text : null;
    }

    /** @param name of the field, for the refusal */
    String text(String name) throws Refusal {
        String asText = asText();
        if (asText == null) {
            throw Refusal.malformed(name + " must be text");
        }
        return asText;
    }

    /** @param name of the field, for the refusal */
    boolean flag(String name) throws Refusal {
        if (kind == Kind.FLAG || kind == Kind.TEXT) {
            String word = text.strip();
            if (word.equalsIgnoreCase("true")) {
                return true;
            }
            if (word.equalsIgnoreCase("false")) {
                return false;
            }
        }
        throw Refusal.malformed(name + " must be true or false");
    }

    /** @param expectation what the field must be, for the refusal */
    BigDecimal number(String expectation) throws Refusal {
        if (kind == Kind.NUMBER || kind == Kind.TEXT) {
            String digits = text.strip();
            if (digits.length() <= MOST_PLACES) {
                try {
                    BigDecimal number = new BigDecimal(digits);
                    // 1e999999999 is short to write and takes gigabytes to calculate with.
                    if (Math.abs((long) number.scale()) <= MOST_PLACES) {
                        return number;
                    }
                } catch (NumberFormatException e) {
                    throw Refusal.malformed(expectation);
                }
            }
        }
        throw Refusal.malformed(expectation);
    }
}

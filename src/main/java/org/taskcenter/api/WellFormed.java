package org.taskcenter.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Whether text can be written as UTF-8: an escape of JSON can name one surrogate, which is half of a character, without the other. */
public final class WellFormed {
    /** What is wrong where it cannot. */
    public static final String NOT = "holds half of a character: a surrogate (\\ud800 to \\udfff) alone";

    private WellFormed() {}

    /** No surrogate stands alone. */
    public static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean isPair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!isPair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The same of all names and texts in a value. */
    public static boolean is(JsonNode value) {
        if (value.isTextual()) {
            return is(value.textValue());
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (!is(field.getKey())) {
                return false;
            }
        }
        for (JsonNode inner : value) {
            if (!is(inner)) {
                return false;
            }
        }
        return true;
    }
}

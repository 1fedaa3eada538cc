package org.taskcenter.api.manager;

import org.taskcenter.api.WellFormed;

/** Rules for clients' text. */
final class Text {
    private static final int LONGEST_NAME = 255;

    private Text() {}

    /**
     * The name in a field.
     *
     * @param field what it is called, for the refusal
     * @param written what stands in it, or null
     */
    static String name(String field, Scalar written) throws Refusal {
        if (written == null) {
            throw Refusal.malformed(field + " is missing");
        }
        String name = written.text(field);
        if (name.isEmpty() || name.codePointCount(0, name.length()) > LONGEST_NAME) {
            throw Refusal.malformed(field + " must have 1 to " + LONGEST_NAME + " characters");
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw Refusal.malformed(field + " must not hold control characters");
            }
        }
        if (!WellFormed.is(name)) {
            throw Refusal.malformed(field + " " + WellFormed.NOT);
        }
        return name;
    }

    /** As {@link #name}, where null and "" mean none. */
    static String nameOrNone(String field, Scalar written) throws Refusal {
        return written == null || written.isEmpty() ? null : name(field, written);
    }

    /** The text with U+FFFD for each surrogate that stands alone. */
    static String wellFormed(String text) {
        if (text == null || WellFormed.is(text)) {
            return text;
        }
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

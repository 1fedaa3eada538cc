package org.taskcenter.api.manager;

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
        if (!isWellFormed(name)) {
            throw Refusal.malformed(field + " holds half a character");
        }
        return name;
    }

    /** As {@link #name}, where null and "" mean none. */
    static String nameOrNone(String field, Scalar written) throws Refusal {
        return written == null || written.isEmpty() ? null : name(field, written);
    }

    /** Whether the text can be written as UTF-8: no surrogate stands alone. */
    static boolean isWellFormed(String text) {
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

    /** The text with U+FFFD for each surrogate that stands alone. */
    static String wellFormed(String text) {
        if (text == null || isWellFormed(text)) {
            return text;
        }
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

package org.taskcenter.api.channel;

import java.nio.charset.StandardCharsets;

/** What names and headers may be. */
final class Texts {
    static final int LONGEST = 255;

    private Texts() {}

    /** 1 to 255 characters without control characters. */
    static boolean isPlain(String text) {
        return isText(text) && text.chars().noneMatch(Character::isISOControl);
    }

    /** 1 to 255 characters that a database can store. */
    static boolean isText(String text) {
        return !text.isEmpty() && text.codePointCount(0, text.length()) <= LONGEST && isStorable(text);
    }

    /** No NUL, no half of a character. */
    static boolean isStorable(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}

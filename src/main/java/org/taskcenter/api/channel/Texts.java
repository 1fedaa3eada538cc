package org.taskcenter.api.channel;

import org.taskcenter.api.WellFormed;

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

    private static boolean isStorable(String text) {
        return text.indexOf('\0') < 0 && WellFormed.is(text);
    }

    /** @throws Wrong where it has half of a character, which JSON can write and UTF-8 cannot */
    static void checkWhole(String field, String text) {
        if (!WellFormed.is(text)) {
            throw Wrong.param(field, WellFormed.NOT);
        }
    }
}

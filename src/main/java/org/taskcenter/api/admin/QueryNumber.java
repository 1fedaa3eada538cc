package org.taskcenter.api.admin;

import org.taskcenter.api.Fields;

/** Numbers in the query of a URL. */
final class QueryNumber {
    private QueryNumber() {}

    /** @param usual where it is absent or blank */
    static long of(String name, String text, long usual) {
        if (text == null || text.isBlank()) {
            return usual;
        }
        try {
            long number = Long.parseLong(text.strip());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw Fields.wrong(name, "must be a whole number");
        }
        throw Fields.wrong(name, "must not be negative");
    }
}

package org.taskcenter.api.manager;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which headers a task may send. */
final class HeaderRules {
    private static final int MOST = 100;
    private static final int LONGEST = 64 * 1024;
    private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

    // In lower case.
    private static final Set<String> OURS =
            Set.of("host", "content-length", "transfer-encoding", "connection", "idempotency-key");

    private HeaderRules() {}

    /** Checks the headers as they were written; names that differ in case only are one header, and the last one counts. */
    static Map<String, String> check(Map<String, Scalar> written) throws Refusal {
        if (written.size() > MOST) {
            throw Refusal.malformed("headers has more than " + MOST + " headers");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int length = 0;
        for (Map.Entry<String, Scalar> header : written.entrySet()) {
            String name = header.getKey();
            checkName(name);
            if (header.getValue() != null) {
                String value = header.getValue().text("header " + name).strip();
                checkValue(name, value);
                length += name.length() + value.length();
                headers.put(name, value);
            }
        }
        if (length > LONGEST) {
            throw Refusal.malformed("headers is longer than " + LONGEST + " bytes");
        }
        return Collections.unmodifiableMap(headers);
    }

    private static void checkName(String name) throws Refusal {
        if (name.isEmpty() || !name.chars().allMatch(HeaderRules::isOfToken)) {
            throw Refusal.malformed(
                    "headers has a name that is none: letters, digits and " + TOKEN_SIGNS + " make one");
        }
        if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
            throw Refusal.malformed("header " + name + " is set by the centre: leave it out");
        }
    }

    private static boolean isOfToken(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || TOKEN_SIGNS.indexOf(c) >= 0;
    }

    private static void checkValue(String name, String value) throws Refusal {
        if (!value.chars().allMatch(HeaderRules::isOfValue)) {
            throw Refusal.malformed(
                    "header " + name + " holds a control character, or one that is not in ISO 8859-1: leave it out");
        }
    }

    private static boolean isOfValue(int c) {
        return c == '\t' || c >= ' ' && c < 0x7F || c >= 0xA0 && c <= 0xFF;
    }
}

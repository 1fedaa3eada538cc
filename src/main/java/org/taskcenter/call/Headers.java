package org.taskcenter.call;

import java.util.LinkedHashMap;
import java.util.Map;

/** Header fields as one text: a line each, as HTTP writes them. */
final class Headers {
    private Headers() {}

    static String toText(Map<String, String> headers) {
        StringBuilder text = new StringBuilder();
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    static Map<String, String> fromText(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon), line.substring(colon + 2));
        }
        return headers;
    }
}

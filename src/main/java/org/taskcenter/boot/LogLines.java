package org.taskcenter.boot;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jboss.logging.MDC;
import org.taskcenter.metrics.RequestId;

/**
 * A line a message, with the id of the request that caused it at its end. Whatever a text that came from outside holds, in a
 * message or in an exception, the log shows escapes for what ends a line, hides or turns text around, or commands a
 * terminal: nobody forges a line.
 */
final class LogLines extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder()
                .append(TIME.format(record.getInstant()))
                .append(' ')
                .append(record.getLevel().getName())
                .append(' ');
        line.append(escaped(formatMessage(record)));
        if (MDC.get(RequestId.MDC_KEY) instanceof String request) {
            line.append(" [request ").append(request).append(']');
        }
        line.append(System.lineSeparator());
        if (record.getThrown() != null) {
            line.append(trace(record.getThrown()));
        }
        return line.toString();
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text) {
            /** What a throwable prints of itself at a time is one line. */
            @Override
            public void println(Object line) {
                super.println(escaped(String.valueOf(line)));
            }
        });
        return text.toString();
    }

    /** The text with backslash, u and four digits for each character that is not for the eye. Tabs stay. */
    static String escaped(String text) {
        int i = 0;
        while (text != null && i < text.length() && isPlain(text.charAt(i))) {
            i++;
        }
        if (text == null || i == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
        while (i < text.length()) {
            int c = text.codePointAt(i);
            int end = i + Character.charCount(c);
            if (isVisible(c)) {
                escaped.append(text, i, end);
            } else {
                for (int half = i; half < end; half++) {
                    escaped.append(String.format("\\u%04x", (int) text.charAt(half)));
                }
            }
            i = end;
        }
        return escaped.toString();
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7F || c == '\t';
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c == '\t';
            case Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}

package org.taskcenter.gate;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** How long a server asks to be left alone (RFC 9110, 10.2.3). */
public final class RetryAfter {
    private RetryAfter() {}

    /** What the answer asks for, by the clock's time {@code now}; null where it asks for nothing that can be read. */
    public static Duration of(Answer answer, Instant now) {
        String value = answer.header("Retry-After").orElse("").strip();
        if (value.isEmpty()) {
            return null;
        }
        try {
            return Character.isDigit(value.charAt(0))
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(now, ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return null;
        }
    }
}

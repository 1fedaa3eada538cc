package org.taskcenter.api.manager;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as RFC 3339 writes them. The JDK's own forms are near it, but know no more than nine digits of a second and no offset
 * beyond 18 hours, and let the hour 24 pass.
 */
final class Rfc3339 {
    private static final Pattern FORM =
            Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)[Tt ](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d++))?"
                    + "(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");

    private static final int NANO_DIGITS = 9;
    private static final int LEAP_SECOND = 60;
    private static final Instant END = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private Rfc3339() {}

    /**
     * The time that the text says; what is less than a nanosecond is cut, a leap second is the one before it.
     *
     * @throws DateTimeException where it is no such text, or says a time that there is not, or one after the year 9999
     */
    static Instant time(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new DateTimeException("not of the form");
        }
        int second = number(parts, 6);
        boolean isLeapSecond = second == LEAP_SECOND;
        LocalDateTime local = LocalDateTime.of(
                number(parts, 1),
                number(parts, 2),
                number(parts, 3),
                number(parts, 4),
                number(parts, 5),
                isLeapSecond ? LEAP_SECOND - 1 : second,
                nanos(parts.group(7)));
        LocalDateTime utc = local.minusSeconds(offset(parts));
        if (isLeapSecond && (utc.getHour() != 23 || utc.getMinute() != 59)) {
            throw new DateTimeException("no leap second is there");
        }
        Instant time = utc.toInstant(ZoneOffset.UTC);
        if (time.isAfter(END)) {
            throw new DateTimeException("after the year 9999");
        }
        return time;
    }

    private static int nanos(String fraction) {
        if (fraction == null) {
            return 0;
        }
        String digits = fraction + "0".repeat(NANO_DIGITS);
        return Integer.parseInt(digits.substring(0, NANO_DIGITS));
    }

    private static int offset(Matcher parts) {
        if (parts.group(8) == null) {
            return 0;
        }
        int seconds = (number(parts, 9) * 60 + number(parts, 10)) * 60;
        return parts.group(8).equals("-") ? -seconds : seconds;
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }
}

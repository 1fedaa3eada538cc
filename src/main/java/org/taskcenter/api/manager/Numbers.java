package org.taskcenter.api.manager;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Rules for clients' numbers; what is null or absent is the default. */
final class Numbers {
    private static final BigDecimal LARGEST_COUNT = BigDecimal.valueOf(1L << 53);

    private Numbers() {}

    static int integer(String field, Scalar written, int least, int most, int byDefault) throws Refusal {
        if (written == null) {
            return byDefault;
        }
        String expectation = field + " must be a whole number from " + least + " to " + most;
        BigDecimal number = written.number(expectation);
        checkRange(number, BigDecimal.valueOf(least), BigDecimal.valueOf(most), expectation);
        return (int) whole(number, expectation);
    }

    /** A number from 0; one that is larger than any list is long is taken as that. */
    static long count(String field, Scalar written, long byDefault) throws Refusal {
        if (written == null) {
            return byDefault;
        }
        String expectation = field + " must be a whole number that is not negative";
        BigDecimal number = written.number(expectation);
        if (number.signum() < 0) {
            throw Refusal.malformed(expectation);
        }
        return whole(number.min(LARGEST_COUNT), expectation);
    }

    /** Seconds, to the millisecond. */
    static Duration seconds(String field, Scalar written, String least, long most, Duration byDefault) throws Refusal {
        if (written == null) {
            return byDefault;
        }
        String expectation = field + " must be seconds from " + least + " to " + most;
        BigDecimal number = written.number(expectation);
        checkRange(number, new BigDecimal(least), BigDecimal.valueOf(most), expectation);
        return Duration.ofMillis(
                number.movePointRight(3).setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    private static void checkRange(BigDecimal number, BigDecimal least, BigDecimal most, String expectation)
            throws Refusal {
        if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            throw Refusal.malformed(expectation);
        }
    }

    private static long whole(BigDecimal number, String expectation) throws Refusal {
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            throw Refusal.malformed(expectation);
        }
    }
}

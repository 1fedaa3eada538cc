package org.taskcenter.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.metrics.RequestId;

class LogLinesTest {
    private final LogLines lines = new LogLines();

    @AfterEach
    void forget() {
        MDC.remove(RequestId.MDC_KEY);
    }

    @Test
    void aLineHasTimeLevelAndMessage() {
        assertThat(lines.format(new LogRecord(Level.INFO, "TC00006: Ready")))
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO TC00006: Ready\\R");
    }

    @Test
    void theRequestIsNamed() {
        MDC.put(RequestId.MDC_KEY, "abc-1");
        assertThat(lines.format(new LogRecord(Level.WARNING, "TC00700: x")))
                .endsWith(" WARNING TC00700: x [request abc-1]\n");
    }

    @Test
    void nobodyWritesALineOfHisOwn() {
        String line =
                lines.format(new LogRecord(Level.INFO, "path /a\r\n2030-01-31 ERROR TC00001: fake\0\u001b[31m\u0085"));
        assertThat(line.strip()).doesNotContain("\n", "\r", "\0", "\u001b", "\u0085");
        assertThat(line).contains("\\u000d\\u000a2030-01-31 ERROR TC00001: fake\\u0000\\u001b[31m\\u0085");
    }

    @Test
    void theCauseFollows() {
        LogRecord message = new LogRecord(Level.SEVERE, "TC00701: x");
        message.setThrown(new IllegalStateException("because"));
        assertThat(lines.format(message).lines().toList())
                .contains("java.lang.IllegalStateException: because")
                .hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, 8, '\n', '\r', 0x0B, 0x0C, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028,
                0x2029, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xFFF9, 0xD800, 0xDFFF, 0xE000, 0xFFFF, 0xE0041,
                0x10FFFF
            })
    void whatIsNotForTheEyeIsShownAsAnEscape(int c) {
        String text = new StringBuilder("a").appendCodePoint(c).append("z").toString();
        assertThat(LogLines.escaped(text)).matches("a(\\\\u[0-9a-f]{4})+z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain \t~", "日本", "ü", "😀", "{0} '' \\ %s", "a\u0301"})
    void theRestStaysAsItIs(String text) {
        assertThat(LogLines.escaped(text)).isEqualTo(text);
    }

    @Test
    void anExceptionForgesNothing() {
        LogRecord message = new LogRecord(Level.SEVERE, "broken");
        IOException cause = new IOException("inner\r\nINFO forged");
        cause.addSuppressed(new IllegalStateException("beside\u2028INFO forged"));
        message.setThrown(new IllegalArgumentException("outer\nINFO forged", cause));
        assertThat(lines.format(message).lines())
                .contains("java.lang.IllegalArgumentException: outer\\u000aINFO forged")
                .contains("Caused by: java.io.IOException: inner\\u000d\\u000aINFO forged")
                .contains("\tSuppressed: java.lang.IllegalStateException: beside\\u2028INFO forged")
                .noneMatch(line -> line.startsWith("INFO"));
    }
}

package org.taskcenter.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
        assertThat(line).contains("\\u000d\\n2030-01-31 ERROR TC00001: fake\\u0000\\u001b[31m\\u0085");
    }

    @Test
    void theCauseFollows() {
        LogRecord message = new LogRecord(Level.SEVERE, "TC00701: x");
        message.setThrown(new IllegalStateException("because"));
        assertThat(lines.format(message).lines().toList())
                .contains("java.lang.IllegalStateException: because")
                .hasSizeGreaterThan(2);
    }
}

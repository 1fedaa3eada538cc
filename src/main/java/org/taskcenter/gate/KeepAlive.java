package org.taskcenter.gate;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a server keeps an unused connection, as far as it says so. */
final class KeepAlive {
    private static final Pattern TIMEOUT = Pattern.compile("(?i)(?:^|[\\s,;])timeout\\s*=\\s*\"?([0-9]{1,6})");

    private KeepAlive() {}

    /** The shorter one of our own time and half a second less than the server's. */
    static long nanos(Answer answer, Duration ours) {
        Optional<String> theirs = answer.header("Keep-Alive");
        if (theirs.isEmpty()) {
            return ours.toNanos();
        }
        Matcher timeout = TIMEOUT.matcher(theirs.get());
        if (!timeout.find()) {
            return ours.toNanos();
        }
        Duration safe = Duration.ofSeconds(Long.parseLong(timeout.group(1))).minusMillis(500);
        return Math.min(ours.toNanos(), safe.toNanos());
    }
}

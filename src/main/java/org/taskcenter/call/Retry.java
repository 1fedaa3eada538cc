package org.taskcenter.call;

import java.time.Duration;

/**
 * When and how often a call is tried again.
 *
 * @param maxAttempts from 1
 * @param minBackoff the first pause is up to this long
 * @param maxBackoff no pause is longer, except where the target asks for it
 * @param deadline how long after it was first due the last attempt may begin
 * @param unsafe whether POST and PATCH are repeated after time-outs and 5xx as well
 */
public record Retry(int maxAttempts, Duration minBackoff, Duration maxBackoff, Duration deadline, boolean unsafe) {
    public static final Retry DEFAULT =
            new Retry(5, Duration.ofSeconds(1), Duration.ofSeconds(300), Duration.ofSeconds(86_400), false);
}

package org.taskcenter.task;

import java.time.Duration;
import java.util.Locale;

/**
 * What came of one attempt at a task.
 *
 * @param outcome how it went
 * @param code the outcome as an HTTP-like code
 * @param body what was answered, or why there is no answer; storable text (no NUL), or null
 * @param truncated whether {@code body} is only the beginning of the answer
 * @param took how long it went on
 */
public record Attempt(Outcome outcome, int code, String body, boolean truncated, Duration took) {
    /** How an attempt went. */
    public enum Outcome {
        /** It did what was asked. */
        DONE,
        /** It was answered, and the answer was not a success. */
        REFUSED,
        /** It got no answer, or only a part of one. */
        BROKEN,
        /** It was not allowed: nothing was sent. */
        FORBIDDEN,
        /** It was stopped by a cancel; what it did at its target is unknown. */
        STOPPED,
        /** The centre stopped or died under it; what it did at its target is unknown. */
        INTERRUPTED;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** The word of this outcome in the database and in the administration API. */
        public String word() {
            return word;
        }
    }
}

package org.taskcenter.platform;

import java.util.Locale;

/** How far a task of a platform is, in the words of the task centre's API. Only SUCCESS and FAILURE are final. */
public enum Status {
    NOT_START,
    SUBMITTED,
    QUEUED,
    IN_PROGRESS,
    FAILURE,
    SUCCESS,
    UNKNOWN;

    /** Whether a task of this status is over. */
    public boolean isFinal() {
        return this == SUCCESS || this == FAILURE;
    }

    /** The status of a word, whatever its case; {@link #UNKNOWN} where it is none of these. */
    public static Status of(String word) {
        try {
            return valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
    }
}

package org.taskcenter.task;

import java.util.Locale;

/**
 * Where a task is in its life. This is the one table of transitions; the words of each API are translations of it.
 *
 * <p>An ended task never changes within its generation; only an operator's retry opens the next one.
 */
public enum TaskState {
    /** Accepted and not being worked on: new, scheduled, or to be tried again. */
    WAITING,
    /** Claimed by one member, which alone may settle it. */
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** Some of its parts succeeded and some did not. */
    PARTLY,
    CANCELLED;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word of this state in the database and in the administration API. */
    public String word() {
        return word;
    }

    /** Whether a task in this state is over, as far as its generation goes. */
    public boolean isEnded() {
        return this != WAITING && this != RUNNING;
    }

    /** Whether a task may go from this state to {@code next} within its generation. */
    public boolean mayBecome(TaskState next) {
        return switch (this) {
            case WAITING -> next != WAITING;
            case RUNNING -> next != RUNNING;
            default -> false;
        };
    }

    /** The state of a word as {@link #word()} gives it. */
    public static TaskState of(String word) {
        for (TaskState state : values()) {
            if (state.word.equals(word)) {
                return state;
            }
        }
        throw new IllegalArgumentException("no task state: " + word);
    }
}

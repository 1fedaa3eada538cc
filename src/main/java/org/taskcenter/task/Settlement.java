package org.taskcenter.task;

import java.time.Duration;
import java.util.Objects;

/**
 * The end of one claim: where its task goes from {@link TaskState#RUNNING}, and why.
 *
 * @param claim the claim that ends
 * @param next the task's next state; a task that is to go back to waiting and whose cancel was asked for meanwhile ends
 *     as cancelled instead
 * @param attempt what came of the attempt, or null where none was made (the attempt then does not count)
 * @param delay how long until the next attempt, where {@code next} is {@link TaskState#WAITING}
 */
public record Settlement(Claim claim, TaskState next, Attempt attempt, Duration delay) {
    public Settlement {
        Objects.requireNonNull(claim);
        Objects.requireNonNull(delay);
        if (!TaskState.RUNNING.mayBecome(next)) {
            throw new IllegalArgumentException("a running task cannot become " + next);
        }
    }

    /** Whether the task's target said anything, be it a refusal. */
    public boolean isAnswered() {
        return attempt != null
                && (attempt.outcome() == Attempt.Outcome.DONE || attempt.outcome() == Attempt.Outcome.REFUSED);
    }

    /** The task is over. */
    public static Settlement ended(Claim claim, TaskState end, Attempt attempt) {
        return new Settlement(claim, end, attempt, Duration.ZERO);
    }

    /** The attempt came to nothing and another one follows after {@code delay}. */
    public static Settlement again(Claim claim, Attempt attempt, Duration delay) {
        return new Settlement(claim, TaskState.WAITING, attempt, delay);
    }

    /** No attempt was made; the task goes back in line as if it had not been claimed. */
    public static Settlement untouched(Claim claim) {
        return new Settlement(claim, TaskState.WAITING, null, Duration.ZERO);
    }
}

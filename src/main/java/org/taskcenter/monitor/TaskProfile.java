package org.taskcenter.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.taskcenter.task.TaskState;

/**
 * A task as administrators see it.
 *
 * @param id the centre's number of it
 * @param clientId its client's name for it
 * @param group or null
 * @param generation how often it has been opened anew, from 1
 * @param attempt how many attempts were begun in this generation
 * @param runAt when it is, or was, to be started next
 * @param startedAt of the last attempt; null before the first one of this generation. {@code endedAt} is null while it is open.
 * @param attempts of all generations, in their order
 */
public record TaskProfile(
        long id,
        String kind,
        String client,
        String clientId,
        String group,
        TaskState state,
        int generation,
        int attempt,
        int priority,
        Instant acceptedAt,
        Instant runAt,
        Instant startedAt,
        Instant endedAt,
        List<Try> attempts) {

    /**
     * One attempt.
     *
     * @param number within its generation, from 1
     * @param outcome a word of {@link org.taskcenter.task.Attempt.Outcome}
     * @param code as HTTP has them
     * @param error why it was no success, as text; null where it was one
     * @param nextAt when the next attempt was to follow, or null
     */
    public record Try(
            int generation,
            int number,
            String outcome,
            int code,
            String error,
            Duration took,
            Instant endedAt,
            Instant nextAt) {}
}

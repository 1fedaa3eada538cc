package org.taskcenter.monitor;

import java.time.Instant;
import java.util.Optional;
import org.taskcenter.task.TaskState;

/**
 * Which tasks to list; what is empty does not matter.
 *
 * @param named the beginning of the client's name for the task
 * @param from the earliest time of acceptance, inclusive
 * @param to the latest, inclusive
 */
public record TaskFilter(
        Optional<String> kind,
        Optional<TaskState> state,
        Optional<String> client,
        Optional<String> group,
        Optional<String> named,
        Optional<Instant> from,
        Optional<Instant> to) {}

package org.taskcenter.task;

import java.time.Duration;
import java.util.Objects;

/**
 * A task as it is handed in, before it is stored.
 *
 * @param kind what sort of work it is: the name of the {@code Runner} that does it
 * @param client on whose behalf it is done: the share of the work is fair among clients
 * @param clientId the client's own name for it, unique for (kind, client)
 * @param group the client's word to select tasks by, or null
 * @param target what it works on (a host, say): a stuck target holds up no other's tasks
 * @param priority -10 to 10, higher first among the tasks of one client and target
 * @param delay how long from now it is not to be started; zero or negative is at once
 */
public record Draft(
        String kind, String client, String clientId, String group, String target, int priority, Duration delay) {
    public static final int LOWEST_PRIORITY = -10;
    public static final int HIGHEST_PRIORITY = 10;

    /** Whether it is to be started at once. */
    public boolean isDue() {
        return delay.isZero() || delay.isNegative();
    }

    public Draft {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(client);
        Objects.requireNonNull(clientId);
        Objects.requireNonNull(target);
        Objects.requireNonNull(delay);
        if (priority < LOWEST_PRIORITY || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("priority " + priority);
        }
    }
}

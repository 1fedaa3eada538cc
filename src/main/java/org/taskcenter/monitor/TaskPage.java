package org.taskcenter.monitor;

import java.util.List;
import java.util.OptionalLong;

/**
 * A page of a list of tasks, the newest first.
 *
 * @param items without their attempts
 * @param next where the next page begins; empty on the last one
 * @param total how many match in all, counted no further than {@link TaskLookup#MOST_COUNTED}
 */
public record TaskPage(List<TaskProfile> items, OptionalLong next, int total) {
    /** Whether there are more than were counted. */
    public boolean totalIsCapped() {
        return total == TaskLookup.MOST_COUNTED;
    }
}

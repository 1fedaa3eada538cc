package org.taskcenter.task;

import java.util.List;
import java.util.Objects;

/**
 * Tasks to be stored together.
 *
 * @param ids the ids to give them, ascending, one for each draft
 * @param lanes the lane of each
 * @param details what to store beside them, one row for each draft; or null
 * @param member who begins some of them at once; 0 where nobody does
 * @param begun which of them that member begins: they are stored as running with the first epoch and attempt, unless it turns
 *     out not to be alive
 */
public record NewTasks(
        long[] ids, int[] lanes, List<Draft> drafts, Details.Rows details, long member, boolean[] begun) {
    public NewTasks {
        Objects.requireNonNull(drafts);
        if (ids.length != drafts.size() || lanes.length != drafts.size() || begun.length != drafts.size()) {
            throw new IllegalArgumentException("one of each is wanted for " + drafts.size() + " drafts");
        }
    }

    /** Tasks that all wait. */
    public static NewTasks waiting(long[] ids, int[] lanes, List<Draft> drafts, Details.Rows details) {
        return new NewTasks(ids, lanes, drafts, details, 0, new boolean[drafts.size()]);
    }
}

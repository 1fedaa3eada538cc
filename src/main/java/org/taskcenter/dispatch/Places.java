package org.taskcenter.dispatch;

import java.util.Arrays;
import java.util.List;
import org.taskcenter.task.Claim;
import org.taskcenter.task.TaskState;

/**
 * Places of this member for tasks that are being stored.
 *
 * @param member the incarnation of this member that claims them
 */
record Places(long member, List<Claim> claims) {
    static final Places NONE = new Places(0, List.of());

    /** For each of these ids, which ascend, whether it has a place. */
    boolean[] begun(long[] ids) {
        boolean[] begun = new boolean[ids.length];
        claims.forEach(claim -> begun[Arrays.binarySearch(ids, claim.id())] = true);
        return begun;
    }

    /** The claims on those of these tasks that were stored as running. */
    List<Claim> stored(long[] ids, TaskState[] states) {
        return claims.stream()
                .filter(claim -> states[Arrays.binarySearch(ids, claim.id())] == TaskState.RUNNING)
                .toList();
    }
}

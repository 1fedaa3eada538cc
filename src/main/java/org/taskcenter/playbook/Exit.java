package org.taskcenter.playbook;

import java.util.Map;

/**
 * How a run ended.
 *
 * @param cause why
 * @param results what came of each node, as far as Ansible told in the end; nodes that no play was for are not in it
 * @param error why nothing or not all could be done, in Ansible's words, or null
 */
public record Exit(Cause cause, Map<String, NodeResult> results, String error) {
    /** Why a run ended. */
    public enum Cause {
        /** By itself, well or not. */
        FINISHED,
        /** It was stopped. */
        STOPPED,
        /** Its time was up. */
        TIME_LIMIT,
        /** This member may not go on with it, or its supervisor has died. It may be done again. */
        LOST
    }

    /** What came of a node. */
    public enum NodeResult {
        SUCCEEDED,
        FAILED,
        UNREACHABLE,
        /** It has not failed itself: the playbook ended before it was through, since others had failed. */
        CUT_OFF
    }
}

package org.taskcenter.call;

/** What a cancel did to one call. */
public record CancelledCall(String client, String id, String group, Effect effect) {
    /** What a cancel can do. */
    public enum Effect {
        /** It waited and will not be made. */
        CANCELLED,
        /** It is under way and is being stopped. */
        STOPPING,
        /** It is under way and goes on. */
        RUNNING,
        /** It had ended before. */
        ENDED
    }
}

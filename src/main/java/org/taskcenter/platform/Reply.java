package org.taskcenter.platform;

/** What a third party says to a submission. */
public sealed interface Reply {
    /** It has taken the task, and calls it by this id. */
    record Taken(String id) implements Reply {}

    /**
     * It has not taken it.
     *
     * @param status an HTTP status from 400 on
     * @param code its word for the reason
     * @param elsewhere whether another channel may take the same task
     */
    record Refused(int status, String code, String message, boolean elsewhere) implements Reply {}

    /** It may have taken it. */
    record Unclear(String reason) implements Reply {}
}

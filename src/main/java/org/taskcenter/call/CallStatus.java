package org.taskcenter.call;

import org.taskcenter.task.TaskState;

/**
 * How a call is doing.
 *
 * @param code the HTTP-like code of its end, 0 while it is open
 * @param body the answer or the reason, null while it is open
 * @param truncated whether {@code body} is only the beginning of the answer
 */
public record CallStatus(
        String client, String id, String group, TaskState state, int code, String body, boolean truncated) {}

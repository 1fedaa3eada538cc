package org.taskcenter.platform;

/**
 * How a task is, for its account.
 *
 * @param action as it is stored; {@link Platform#word} tells the word of the routes
 * @param submitTime Unix seconds, as the other times; 0 = not yet
 * @param data JSON
 */
public record TaskView(
        String taskId,
        String action,
        Status status,
        String failReason,
        long submitTime,
        long startTime,
        long finishTime,
        String progress,
        String data) {}

package org.taskcenter.platform;

/**
 * What a third party says of one task.
 *
 * @param id its name for the task
 * @param progress a number from 0 to 100 with a percent sign; null where it tells none that can be read
 * @param failReason "" where it tells none
 * @param startTime Unix seconds, 0 where it tells none
 * @param finishTime as {@code startTime}
 * @param data a JSON object or array; null where it tells none, or one that is too long to be kept
 * @param dataLost whether it is too long
 */
public record State(
        String id,
        Status status,
        String progress,
        String failReason,
        long startTime,
        long finishTime,
        String data,
        boolean dataLost) {}

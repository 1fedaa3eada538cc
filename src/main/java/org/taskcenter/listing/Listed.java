package org.taskcenter.listing;

/**
 * A task of a third party as lists show it. Times are seconds since 1970, 0: not yet.
 *
 * @param taskId its name as its account knows it
 * @param user the account's name
 * @param upstreamId the third party's name for it, or null
 * @param quota what was charged
 * @param progress text with a percent sign
 * @param properties a JSON object
 * @param data JSON; null where it takes more than {@link #SHORT} bytes
 */
public record Listed(
        long id,
        String taskId,
        String platform,
        long account,
        String user,
        long channel,
        String upstreamId,
        long quota,
        String action,
        String status,
        String failReason,
        long submitTime,
        long startTime,
        long finishTime,
        long updatedAt,
        String progress,
        String properties,
        String data) {
    /** Data of so many bytes at most is read together with its task: a page of all that is longer could be too much for the memory. */
    public static final int SHORT = 8 * 1024;
}

package org.taskcenter.platform;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.taskcenter.listing.Group;

/**
 * A row of {@code platform_task}, without its long texts.
 *
 * @param id the task
 * @param taskId its public name
 * @param channel the one that has it, or is to have it
 * @param upstreamId the third party's name for it; null until it has taken it
 * @param pinned whether no other channel may take it
 * @param sending whether its channel may have been called for it
 * @param resubmissions how often it has been submitted again because the third party failed at it
 * @param refusedAs HTTP status of the refusal that ended its submission, else 0
 */
record Row(
        long id,
        String taskId,
        long account,
        String platform,
        String action,
        long channel,
        String upstreamId,
        Status status,
        String failReason,
        long startTime,
        long finishTime,
        String progress,
        int generation,
        boolean pinned,
        boolean sending,
        int resubmissions,
        int refusedAs,
        String refusedCode) {

    static final String COLUMNS = """
            p.id, p.task_id, p.account_id, p.platform, p.action, p.channel_id, p.upstream_id, p.status, p.fail_reason,
            p.start_time, p.finish_time, p.progress, p.generation, p.pinned, p.sending, p.resubmissions, p.refused_as,
            p.refused_code""";

    static Row of(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getString(7),
                Status.of(row.getString(8)),
                row.getString(9),
                row.getLong(10),
                row.getLong(11),
                row.getString(12),
                row.getInt(13),
                row.getBoolean(14),
                row.getBoolean(15),
                row.getInt(16),
                row.getInt(17),
                row.getString(18));
    }

    /** As it is when it has ended without success. */
    Row failed(Refusal why) {
        return new Row(
                id,
                taskId,
                account,
                platform,
                action,
                channel,
                upstreamId,
                Status.FAILURE,
                why.message(),
                startTime,
                finishTime,
                progress,
                generation,
                pinned,
                false,
                resubmissions,
                why.status(),
                why.code());
    }

    /** What it counts as in the lists. */
    Group group() {
        return group(channel, status);
    }

    /** What it would count as with another channel or status. */
    Group group(long otherChannel, Status other) {
        return new Group(account, platform, action, otherChannel, other.name());
    }
}

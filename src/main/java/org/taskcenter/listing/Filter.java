package org.taskcenter.listing;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which tasks are asked for; null: any.
 *
 * @param action in lower case; {@code song} and {@code music} are the same
 * @param taskId the task's name as its account knows it
 * @param upstreamToo whether {@code taskId} may be the third party's name as well
 * @param from seconds since 1970 of submission, inclusive
 * @param to likewise
 */
public record Filter(
        Long account,
        String platform,
        String action,
        Long channel,
        String status,
        String taskId,
        boolean upstreamToo,
        Long from,
        Long to) {
    private static final List<String> SONG = List.of("song", "music");

    /** All there are. */
    public static final Filter ALL = new Filter(null, null, null, null, null, null, false, null, null);

    /** Those of one account. */
    public static Filter of(long account) {
        return new Filter(account, null, null, null, null, null, false, null, null);
    }

    public Filter withAccount(Long value) {
        return new Filter(value, platform, action, channel, status, taskId, upstreamToo, from, to);
    }

    public Filter withPlatform(String value) {
        return new Filter(account, value, action, channel, status, taskId, upstreamToo, from, to);
    }

    public Filter withAction(String value) {
        return new Filter(account, platform, value, channel, status, taskId, upstreamToo, from, to);
    }

    public Filter withChannel(Long value) {
        return new Filter(account, platform, action, value, status, taskId, upstreamToo, from, to);
    }

    public Filter withStatus(String value) {
        return new Filter(account, platform, action, channel, value, taskId, upstreamToo, from, to);
    }

    public Filter withTaskId(String value, boolean orUpstreams) {
        return new Filter(account, platform, action, channel, status, value, orUpstreams, from, to);
    }

    public Filter between(Long first, Long last) {
        return new Filter(account, platform, action, channel, status, taskId, upstreamToo, first, last);
    }

    /** Whether counters know how many there are. */
    boolean isOfGroups() {
        return taskId == null && from == null && to == null;
    }

    /** A condition on columns, with its parameters. */
    record Condition(String sql, List<Object> parameters) {
        static Condition none() {
            return new Condition("", new ArrayList<>());
        }

        Condition and(String sqlOfOne, Object... values) {
            List<Object> all = new ArrayList<>(parameters);
            all.addAll(List.of(values));
            return new Condition(sql + (sql.isEmpty() ? " where " : " and ") + sqlOfOne, all);
        }

        /** Sets the parameters of a statement from {@code first} on; returns the number of the next one. */
        int bind(PreparedStatement statement, int first) throws SQLException {
            int at = first;
            for (Object parameter : parameters) {
                statement.setObject(at++, parameter);
            }
            return at;
        }
    }

    /** What it demands of the columns that groups have, but for the account. */
    Condition groupCondition(Condition begun) {
        Condition condition = begun;
        if (platform != null) {
            condition = condition.and("platform = ?", platform);
        }
        if (action != null) {
            // One action with two words: a declared platform may use the other.
            condition = SONG.contains(action)
                    ? condition.and("action in (?, ?)", SONG.toArray())
                    : condition.and("action = ?", action);
        }
        if (channel != null) {
            condition = condition.and("channel_id = ?", channel);
        }
        if (status != null) {
            condition = condition.and("status = ?", status);
        }
        return condition;
    }

    /** The order of ids, in the columns of an index, without which H2 sorts all that it finds. */
    String order(boolean newestFirst) {
        String way = newestFirst ? " desc" : "";
        return (account == null ? "" : "account_id" + way + ", ") + (status == null ? "" : "status" + way + ", ") + "id"
                + way;
    }

    /** What it demands of the columns of a task. */
    Condition taskCondition() {
        Condition condition = Condition.none();
        if (account != null) {
            condition = condition.and("account_id = ?", account);
        }
        condition = groupCondition(condition);
        if (taskId != null) {
            condition = upstreamToo
                    ? condition.and(
                            "id in (select id from platform_task where task_id = ?"
                                    + " union select id from platform_task where upstream_id = ?)",
                            taskId,
                            taskId)
                    : condition.and("task_id = ?", taskId);
        }
        if (from != null) {
            condition = condition.and("submit_time >= ?", from);
        }
        if (to != null) {
            condition = condition.and("submit_time <= ?", to);
        }
        return condition;
    }
}

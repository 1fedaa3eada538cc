package org.taskcenter.call;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.taskcenter.task.TaskState;

/** Finds calls by what their client calls them. */
final class CallReader {
    private static final int GONE = 410;
    private static final String NOT_MADE = "Cancelled while it waited.";
    private static final String NOT_REPEATED =
            "Cancelled before it was made again; the effect of what was sent before is unknown.";

    private static final String STATUS = """
            select t.client, t.client_id, t.group_name, t.state, a.code,
                   case when octet_length(a.body) <= ? then a.body end, a.truncated,
                   t.id, t.generation, coalesce(octet_length(a.body), 0)
              from task t left join attempt a
                on a.task_id = t.id and a.generation = t.generation and a.number = t.attempt and t.ended_at is not null
             where\s""";

    private static final String FIND =
            "select t.id, t.client_id, t.group_name, t.state, t.accepted_at from task t where ";

    /** In words that both databases find the place in their index by. */
    private static final String BEHIND = " and t.accepted_at >= ? and (t.accepted_at > ? or t.id > ?)";

    /** All columns of the index, for H2 to see that it has them in this order already. */
    private static final String ORDER =
            " order by t.kind, t.client, t.group_name, t.accepted_at, t.id limit ? offset ?";

    /** A task that a cancel is about. */
    record Found(long id, String clientId, String group, TaskState state, OffsetDateTime acceptedAt) {}

    private CallReader() {}

    static long count(Connection connection, Selection selection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select count(*) from task t where " + condition(selection))) {
            set(select, 1, selection);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** @param longest bodies that are longer than so many bytes are not read */
    static List<FoundCall> statuses(Connection connection, Selection selection, long offset, int limit, int longest)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(STATUS + condition(selection) + ORDER)) {
            select.setInt(1, longest);
            int next = set(select, 2, selection);
            select.setInt(next, limit);
            select.setLong(next + 1, offset);
            try (ResultSet rows = select.executeQuery()) {
                List<FoundCall> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(foundCall(rows, longest));
                }
                return found;
            }
        }
    }

    private static FoundCall foundCall(ResultSet row, int longest) throws SQLException {
        TaskState state = TaskState.of(row.getString(4));
        int code = row.getInt(5);
        CallStatus status = status(
                row.getString(1), row.getString(2), row.getString(3), state, code, row.getString(6), row.getBoolean(7));
        int length = endedOtherwise(state, code) ? 0 : row.getInt(10);
        return new FoundCall(row.getLong(8), row.getInt(9), status, length, length <= longest);
    }

    /**
     * The status of a call.
     *
     * @param code of its last attempt, 0 where there was none; as are body and truncated
     */
    static CallStatus status(
            String client, String id, String group, TaskState state, int code, String body, boolean truncated) {
        if (endedOtherwise(state, code)) {
            // What an earlier attempt was answered is not its result.
            return new CallStatus(client, id, group, state, GONE, code == 0 ? NOT_MADE : NOT_REPEATED, false);
        }
        return new CallStatus(client, id, group, state, code, body, truncated);
    }

    /** Whether it was cancelled, and not by what its last attempt came to. */
    private static boolean endedOtherwise(TaskState state, int code) {
        return state == TaskState.CANCELLED && code != GONE;
    }

    /** The first of the selected calls behind the {@code offset}. */
    static List<Found> find(Connection connection, Selection selection, long offset, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND + condition(selection) + ORDER)) {
            int next = set(select, 1, selection);
            select.setInt(next, limit);
            select.setLong(next + 1, offset);
            return found(select);
        }
    }

    /** The first of the selected calls that come after one of them. */
    static List<Found> findAfter(Connection connection, Selection selection, Found last, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND + condition(selection) + BEHIND + ORDER)) {
            int next = set(select, 1, selection);
            select.setObject(next, last.acceptedAt());
            select.setObject(next + 1, last.acceptedAt());
            select.setLong(next + 2, last.id());
            select.setInt(next + 3, limit);
            select.setLong(next + 4, 0);
            return found(select);
        }
    }

    private static List<Found> found(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            List<Found> found = new ArrayList<>();
            while (rows.next()) {
                found.add(new Found(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getString(3),
                        TaskState.of(rows.getString(4)),
                        rows.getObject(5, OffsetDateTime.class)));
            }
            return found;
        }
    }

    /** Those of these tasks that have ended. */
    static Set<Long> ended(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select t.id from unnest(cast(? as bigint array)) as given (id) join task t on t.id = given.id
                 where t.ended_at is not null""")) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                Set<Long> ended = new HashSet<>();
                while (rows.next()) {
                    ended.add(rows.getLong(1));
                }
                return ended;
            }
        }
    }

    private static String condition(Selection selection) {
        return "t.kind = '" + CallRunner.KIND + "' and t.client = ?"
                + (selection.id() == null ? "" : " and t.client_id = ?")
                + (selection.group() == null ? "" : " and t.group_name = ?");
    }

    private static int set(PreparedStatement statement, int first, Selection selection) throws SQLException {
        int next = first;
        statement.setString(next++, selection.client());
        if (selection.id() != null) {
            statement.setString(next++, selection.id());
        }
        if (selection.group() != null) {
            statement.setString(next++, selection.group());
        }
        return next;
    }
}

package org.taskcenter.call;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.taskcenter.task.TaskState;

/** Finds calls by what their client calls them. */
final class CallReader {
    private static final int GONE = 410;
    private static final String NOT_MADE = "Cancelled while it waited.";

    private static final String STATUS = """
            select t.client, t.client_id, t.group_name, t.state, a.code, a.body, a.truncated
              from task t left join attempt a
                on a.task_id = t.id and a.generation = t.generation and a.number = t.attempt and t.ended_at is not null
             where\s""";

    private static final String ORDER = " order by t.accepted_at, t.id limit ? offset ?";

    /** A task that a cancel is about. */
    record Found(long id, String clientId, String group, TaskState state) {}

    private CallReader() {}

    static long count(Connection connection, Selection selection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select count(*) from task t where " + condition(selection))) {
            set(select, selection);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    static List<CallStatus> statuses(Connection connection, Selection selection, long offset, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(STATUS + condition(selection) + ORDER)) {
            int next = set(select, selection);
            select.setInt(next, limit);
            select.setLong(next + 1, offset);
            try (ResultSet rows = select.executeQuery()) {
                List<CallStatus> statuses = new ArrayList<>();
                while (rows.next()) {
                    statuses.add(status(rows));
                }
                return statuses;
            }
        }
    }

    private static CallStatus status(ResultSet row) throws SQLException {
        return status(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                TaskState.of(row.getString(4)),
                row.getInt(5),
                row.getString(6),
                row.getBoolean(7));
    }

    /**
     * The status of a call.
     *
     * @param code of its last attempt, as are body and truncated
     */
    static CallStatus status(
            String client, String id, String group, TaskState state, int code, String body, boolean truncated) {
        if (state == TaskState.CANCELLED && code != GONE) {
            // It was cancelled while it waited: what an earlier attempt was answered is not its result.
            return new CallStatus(client, id, group, state, GONE, NOT_MADE, false);
        }
        return new CallStatus(client, id, group, state, code, body, truncated);
    }

    static List<Found> find(Connection connection, Selection selection, long offset, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select t.id, t.client_id, t.group_name, t.state from task t where " + condition(selection) + ORDER)) {
            int next = set(select, selection);
            select.setInt(next, limit);
            select.setLong(next + 1, offset);
            try (ResultSet rows = select.executeQuery()) {
                List<Found> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(new Found(
                            rows.getLong(1), rows.getString(2), rows.getString(3), TaskState.of(rows.getString(4))));
                }
                return found;
            }
        }
    }

    private static String condition(Selection selection) {
        return "t.kind = '" + CallRunner.KIND + "' and t.client = ?"
                + (selection.id() == null ? "" : " and t.client_id = ?")
                + (selection.group() == null ? "" : " and t.group_name = ?");
    }

    private static int set(PreparedStatement statement, Selection selection) throws SQLException {
        int next = 1;
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

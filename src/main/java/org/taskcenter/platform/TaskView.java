package org.taskcenter.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a task is, for its account.
 *
 * @param id the centre's number of it
 * @param action as it is stored; {@link Platform#word} tells the word of the routes
 * @param submitTime Unix seconds, as the other times; 0 = not yet
 * @param data JSON; null where it is longer than was asked for
 */
public record TaskView(
        long id,
        String taskId,
        String action,
        Status status,
        String failReason,
        long submitTime,
        long startTime,
        long finishTime,
        String progress,
        String data) {
    private static final String READ = """
            select id, task_id, action, status, fail_reason, submit_time, start_time, finish_time, progress,
                   case when octet_length(data) <= ? then data end
              from platform_task where task_id = any (?) and account_id = ? and platform = ?""";

    /**
     * An account's tasks of a platform by their public names; those that there are not are missing.
     *
     * @param longest of how many bytes data may be to be read as well
     */
    static Map<String, TaskView> read(
            Connection connection, long account, String platform, List<String> taskIds, int longest)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(READ)) {
            select.setInt(1, longest);
            select.setArray(2, connection.createArrayOf("varchar", taskIds.toArray(String[]::new)));
            select.setLong(3, account);
            select.setString(4, platform);
            try (ResultSet rows = select.executeQuery()) {
                Map<String, TaskView> found = new HashMap<>();
                while (rows.next()) {
                    TaskView view = of(rows);
                    found.put(view.taskId(), view);
                }
                return found;
            }
        }
    }

    private static TaskView of(ResultSet row) throws SQLException {
        return new TaskView(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                Status.of(row.getString(4)),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getString(9),
                row.getString(10));
    }

    /** The data of a task, however long; null where there is no such task. */
    static String data(Connection connection, long id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select data from platform_task where id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    /**
     * As its platform's routes show it, with the data that was read.
     *
     * @param word the action's there
     */
    public ObjectNode json(String word) {
        ObjectNode shown = Words.JSON.createObjectNode();
        shown.put("task_id", taskId);
        shown.put("action", word);
        shown.put("status", status.name());
        shown.put("fail_reason", failReason);
        shown.put("submit_time", submitTime);
        shown.put("start_time", startTime);
        shown.put("finish_time", finishTime);
        shown.put("progress", progress);
        try {
            shown.set("data", data == null ? Words.JSON.nullNode() : Words.JSON.readTree(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored data that is no JSON", e);
        }
        return shown;
    }
}

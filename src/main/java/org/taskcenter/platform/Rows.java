package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads and locks rows of {@code platform_task}. Whoever changes some locks their rows in {@code task} first, where he means to
 * change or trust these, and each table's in the order of ids, so that nobody waits for each other in a circle.
 */
final class Rows {
    private static final String FINAL = "('SUCCESS', 'FAILURE')";

    private Rows() {}

    /** Rows by id; those that do not exist are missing. */
    static Map<Long, Row> read(Connection connection, Collection<Long> ids) throws SQLException {
        return byId(connection, ids, "");
    }

    /** As {@link #read}, and nobody else changes them until the end of the transaction. */
    static Map<Long, Row> lock(Connection connection, Collection<Long> ids) throws SQLException {
        return byId(connection, ids, " order by p.id for update");
    }

    private static Map<Long, Row> byId(Connection connection, Collection<Long> ids, String end) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select " + Row.COLUMNS + " from platform_task p where p.id = any (?)" + end)) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
            Map<Long, Row> found = new HashMap<>();
            for (Row row : rows(select)) {
                found.put(row.id(), row);
            }
            return found;
        }
    }

    /** An account's task of a platform by its public name; null where there is none. */
    static Row find(Connection connection, long account, String platform, String taskId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + Row.COLUMNS
                + " from platform_task p where p.task_id = ? and p.account_id = ? and p.platform = ?")) {
            select.setString(1, taskId);
            select.setLong(2, account);
            select.setString(3, platform);
            List<Row> found = rows(select);
            return found.isEmpty() ? null : found.get(0);
        }
    }

    /** Some of the open tasks of a channel behind {@code after}, in the order of ids. */
    static List<Long> openOf(Connection connection, long channel, long after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id from platform_task where channel_id = ? and id > ? and status not in " + FINAL
                        + " order by channel_id, id limit ?")) {
            select.setLong(1, channel);
            select.setLong(2, after);
            select.setInt(3, limit);
            return ids(select);
        }
    }

    /** The data of tasks, by id. */
    static Map<Long, String> data(Connection connection, Collection<Long> ids) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select id, data from platform_task where id = any (?)")) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                Map<Long, String> data = new HashMap<>();
                while (rows.next()) {
                    data.put(rows.getLong(1), rows.getString(2));
                }
                return data;
            }
        }
    }

    /** Those of the tasks that wait, by the engine's word; they stay so until the end of the transaction. */
    static Set<Long> lockWaiting(Connection connection, Collection<Long> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id from task where id = any (?) and state = 'waiting' order by id for update")) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
            return new HashSet<>(ids(select));
        }
    }

    /** Whether a claim of a task still stands, and its stop was not asked for; it stays so until the end of the transaction. */
    static boolean lockClaim(Connection connection, long id, int epoch) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id from task where id = ? and epoch = ? and state = 'running' and not stop_asked for update")) {
            select.setLong(1, id);
            select.setInt(2, epoch);
            return !ids(select).isEmpty();
        }
    }

    private static List<Row> rows(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            List<Row> found = new ArrayList<>();
            while (rows.next()) {
                found.add(Row.of(rows));
            }
            return found;
        }
    }

    private static List<Long> ids(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            List<Long> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
            return found;
        }
    }
}

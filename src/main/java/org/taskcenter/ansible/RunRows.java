package org.taskcenter.ansible;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads and locks rows of runs. Whoever changes some locks tasks first, then {@code ansible_run}, then the task of a share's run,
 * each in the order of their numbers, so that nobody waits for each other in a circle.
 */
final class RunRows {
    private RunRows() {}

    /** What is stored of a run and never changes, besides its first start. */
    record Run(
            long id,
            String source,
            String correlation,
            boolean parallel,
            byte[] content,
            int forks,
            int retries,
            Duration limit,
            Duration since) {}

    /** A node as it is stored. */
    record Node(int idx, String name, int status, int failures, int unreachable) {
        boolean isOpen() {
            return status == Status.WAITING.number() || status == Status.RUNNING.number();
        }
    }

    /** What a claim's task is asked for. */
    enum Standing {
        LOST,
        STANDS,
        /** It stands, and a stop was asked for. */
        TO_STOP
    }

    /** Whether a claim still stands; it stays so until the end of the transaction. */
    static Standing lockClaim(Connection connection, long id, int epoch) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select stop_asked from task where id = ? and epoch = ? and state = 'running' for update")) {
            select.setLong(1, id);
            select.setInt(2, epoch);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Standing.LOST;
                }
                return row.getBoolean(1) ? Standing.TO_STOP : Standing.STANDS;
            }
        }
    }

    /** The parts of shares, by task. */
    static Map<Long, Part> shares(Connection connection, Collection<Long> tasks) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select task_id, run_id, idx from ansible_share where task_id = any (?)")) {
            select.setArray(1, connection.createArrayOf("bigint", tasks.toArray(Long[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                Map<Long, Part> parts = new HashMap<>();
                while (rows.next()) {
                    parts.put(rows.getLong(1), new Part(rows.getLong(2), rows.getInt(3)));
                }
                return parts;
            }
        }
    }

    /** A run; null where it is not kept. */
    static Run run(Connection connection, long id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select source, correlation_id, parallel, content, forks, retries, limit_ms, started_at,"
                        + " current_timestamp from ansible_run where task_id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                OffsetDateTime started = row.getObject(8, OffsetDateTime.class);
                Duration since = started == null
                        ? Duration.ZERO
                        : Duration.between(started, row.getObject(9, OffsetDateTime.class));
                return new Run(
                        id,
                        row.getString(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getBytes(4),
                        row.getInt(5),
                        row.getInt(6),
                        Duration.ofMillis(row.getLong(7)),
                        since);
            }
        }
    }

    /** The nodes of a part, in their order. */
    static List<Node> nodes(Connection connection, Part part) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select idx, node, status, failures, unreachable from ansible_node where "
                        + part.condition() + " order by idx")) {
            select.setLong(1, part.run());
            select.setInt(2, part.idx());
            try (ResultSet rows = select.executeQuery()) {
                List<Node> nodes = new ArrayList<>();
                while (rows.next()) {
                    nodes.add(new Node(
                            rows.getInt(1), rows.getString(2), rows.getInt(3), rows.getInt(4), rows.getInt(5)));
                }
                return nodes;
            }
        }
    }

    /** How many nodes of a run are how far. */
    static Map<Status, Integer> counts(Connection connection, long run) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select status, count(*) from ansible_node where run_id = ? group by status")) {
            select.setLong(1, run);
            try (ResultSet rows = select.executeQuery()) {
                Map<Status, Integer> counts = new TreeMap<>();
                while (rows.next()) {
                    counts.put(Status.of(rows.getInt(1)), rows.getInt(2));
                }
                return counts;
            }
        }
    }

    /** Ends the nodes of a part that have no result; returns how many. */
    static int endOpen(Connection connection, Part part, Status end, String err) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update ansible_node set status = ?, err = coalesce(err, ?) where "
                        + part.condition() + " and status in (0, 1)")) {
            update.setInt(1, end.number());
            update.setString(2, err);
            update.setLong(3, part.run());
            update.setInt(4, part.idx());
            return update.executeUpdate();
        }
    }
}

package org.taskcenter.ansible;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.taskcenter.gate.AnswerText;
import org.taskcenter.playbook.Event;

/** The table {@code run_log}. */
final class RunLog {
    /** How much of a reason is told where many lines are, in characters. */
    static final int LONGEST_REASON = 4_096;

    private static final int LONGEST_NODE = 255;
    private static final String COLUMNS = "id, node, task, status, started_at, ended_at, cmd, rc, stdout, stderr, msg";

    private RunLog() {}

    /**
     * Adds lines.
     *
     * @param idxOf the numbers of the run's nodes
     */
    static void add(Connection connection, RunRows.Run run, List<Event.Line> lines, Map<String, Integer> idxOf)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into run_log (run_id, idx, node, correlation_id, source, task, status, ignored, changed,
                       started_at, ended_at, cmd, rc, stdout, stderr, msg)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (Event.Line line : lines) {
                insert.setLong(1, run.id());
                setNumber(insert, 2, idxOf.get(line.node()));
                insert.setString(3, cut(storable(line.node())));
                insert.setString(4, run.correlation());
                insert.setString(5, run.source());
                insert.setString(6, line.task() == null ? "" : storable(line.task()));
                insert.setString(7, line.status().name().toLowerCase(Locale.ROOT));
                insert.setBoolean(8, line.ignored());
                insert.setBoolean(9, line.changed());
                insert.setObject(10, time(line.start()));
                insert.setObject(11, time(line.end()));
                insert.setString(12, storable(line.cmd()));
                setNumber(insert, 13, line.rc());
                insert.setString(14, storable(line.stdout()));
                insert.setString(15, storable(line.stderr()));
                insert.setString(16, storable(line.msg()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void setNumber(PreparedStatement statement, int at, Integer number) throws SQLException {
        if (number == null) {
            statement.setNull(at, Types.INTEGER);
        } else {
            statement.setInt(at, number);
        }
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static String storable(String text) {
        return text == null ? null : AnswerText.storable(text);
    }

    private static String cut(String node) {
        return node.length() <= LONGEST_NODE ? node : AnswerText.storable(node.substring(0, LONGEST_NODE));
    }

    /** Where a line stands. */
    record Key(long id, Integer idx) {}

    /** The last lines of a run, in their order. */
    static List<Key> last(Connection connection, long run, int most) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id, idx from run_log where run_id = ? order by run_id desc, id desc limit ?")) {
            select.setLong(1, run);
            select.setInt(2, most);
            try (ResultSet rows = select.executeQuery()) {
                List<Key> keys = new ArrayList<>();
                while (rows.next()) {
                    keys.add(new Key(rows.getLong(1), rows.getObject(2, Integer.class)));
                }
                Collections.reverse(keys);
                return keys;
            }
        }
    }

    /** Lines by their numbers, in the order of these. */
    static List<LogLine> lines(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select " + COLUMNS + " from run_log where id = any (?) order by id")) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
            return read(select);
        }
    }

    /**
     * Some lines of all that belongs together, behind one of them, in their order; of what is long there is only what may be told as
     * the reason of a failure, and of that the beginning.
     *
     * @param node null for all nodes
     */
    static List<LogLine> ofFlow(
            Connection connection, String correlation, String source, String node, long after, int most)
            throws SQLException {
        String ofTrouble =
                "case when status in ('failed', 'unreachable') then substring(%s, 1, " + (LONGEST_REASON + 1) + ") end";
        try (PreparedStatement select = connection.prepareStatement("select id, node, '', status, started_at, ended_at,"
                + " null, rc, " + ofTrouble.formatted("stdout") + ", " + ofTrouble.formatted("stderr") + ", "
                + ofTrouble.formatted("msg") + " from run_log where correlation_id = ? and source = ? and id > ?"
                + (node == null ? "" : " and node = ?") + " order by correlation_id, source, id limit ?")) {
            select.setString(1, correlation);
            select.setString(2, source);
            select.setLong(3, after);
            int next = 4;
            if (node != null) {
                select.setString(next++, node);
            }
            select.setInt(next, most);
            return read(select);
        }
    }

    private static List<LogLine> read(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            List<LogLine> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(new LogLine(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getObject(5, OffsetDateTime.class).toInstant(),
                        rows.getObject(6, OffsetDateTime.class).toInstant(),
                        rows.getString(7),
                        rows.getObject(8, Integer.class),
                        rows.getString(9),
                        rows.getString(10),
                        rows.getString(11)));
            }
            return lines;
        }
    }
}

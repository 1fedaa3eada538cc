package org.taskcenter.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Reopened;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.TaskState;

/** What the queues on both databases have in common. */
abstract class SqlQueue implements Queue {
    static final String RESCUED =
            "The member of the centre that made this attempt stopped while it was under way; its effect is unknown.";
    static final String RESCUED_CANCELLED = "Cancelled while it was under way; its effect is unknown.";

    @Override
    public final int lane(Connection connection, String kind, String client, String target, int most)
            throws SQLException {
        Integer known = findLane(connection, kind, client, target);
        if (known != null) {
            return known;
        }
        insertLane(connection, kind, client, target, most);
        return findLane(connection, kind, client, target);
    }

    private static Integer findLane(Connection connection, String kind, String client, String target)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select id from lane where kind = ? and client = ? and target = ?")) {
            select.setString(1, kind);
            select.setString(2, client);
            select.setString(3, target);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : null;
            }
        }
    }

    /** Makes a lane, unless another did so meanwhile. */
    void insertLane(Connection connection, String kind, String client, String target, int most) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into lane (kind, client, target, most) values (?, ?, ?, ?) on conflict do nothing")) {
            insert.setString(1, kind);
            insert.setString(2, client);
            insert.setString(3, target);
            insert.setInt(4, most);
            insert.executeUpdate();
        }
    }

    @Override
    public final long waiting(Connection connection, long most) throws SQLException {
        return OneNumber.of(
                connection, "select count(*) from (select 1 from task where state = 'waiting' limit ?) as w", most);
    }

    @Override
    public final List<Long> askedToStop(Connection connection, long member) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id from task where state = 'running' and member = ? and stop_asked")) {
            select.setLong(1, member);
            return readIds(select);
        }
    }

    @Override
    public final List<Reopened> reopen(Connection connection, List<Long> ids) throws SQLException {
        List<Reopened> reopened = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                        select id, kind, client, lane, rank, generation, state from task where id = ? for update""");
                PreparedStatement update = connection.prepareStatement("""
                        update task set state = 'waiting', generation = generation + 1, epoch = epoch + 1, attempt = 0,
                               interruptions = 0, rescues = 0, member = null, stop_asked = false, sent = false,
                               due_at = current_timestamp, run_at = current_timestamp, started_at = null, ended_at = null
                         where id = ?""")) {
            for (long id : ids.stream().sorted().distinct().toList()) {
                select.setLong(1, id);
                try (ResultSet row = select.executeQuery()) {
                    if (row.next() && TaskState.of(row.getString(7)).isEnded()) {
                        update.setLong(1, id);
                        update.executeUpdate();
                        reopened.add(new Reopened(
                                id,
                                row.getString(2),
                                row.getString(3),
                                row.getInt(4),
                                -row.getInt(5),
                                row.getInt(6) + 1));
                    }
                }
            }
        }
        return reopened;
    }

    /** The order to store drafts in, so that two who hand in the same names do not wait for each other. */
    static List<Integer> inOrderOfNames(List<Draft> drafts) {
        return IntStream.range(0, drafts.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> drafts.get(i).kind())
                        .thenComparing(i -> drafts.get(i).client())
                        .thenComparing(i -> drafts.get(i).clientId()))
                .toList();
    }

    static List<Backlog> readBacklog(ResultSet rows) throws SQLException {
        List<Backlog> backlogs = new ArrayList<>();
        while (rows.next()) {
            backlogs.add(new Backlog(
                    rows.getInt("lane"),
                    rows.getString("kind"),
                    rows.getString("client"),
                    rows.getInt("most"),
                    -rows.getInt("rank"),
                    Duration.ofMillis(rows.getLong("due"))));
        }
        return backlogs;
    }

    static List<Claim> readClaims(ResultSet rows) throws SQLException {
        List<Claim> claims = new ArrayList<>();
        while (rows.next()) {
            claims.add(new Claim(
                    rows.getLong(1),
                    rows.getString(2),
                    rows.getString(3),
                    rows.getString(4),
                    rows.getInt(5),
                    -rows.getInt(6),
                    rows.getInt(7),
                    rows.getInt(8),
                    rows.getInt(9),
                    rows.getInt(10),
                    Duration.ofMillis(rows.getLong(11)),
                    Duration.ofMillis(rows.getLong(12))));
        }
        return claims;
    }

    static Ended readEnded(ResultSet rows) throws SQLException {
        return new Ended(
                rows.getLong(1), rows.getString(2), rows.getString(3), rows.getInt(4), TaskState.of(rows.getString(5)));
    }

    static Rescued readRescued(ResultSet rows) throws SQLException {
        return new Rescued(
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                rows.getInt(4),
                -rows.getInt(5),
                rows.getInt(6),
                TaskState.of(rows.getString(7)));
    }

    static List<Long> readIds(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            List<Long> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
            return ids;
        }
    }

    static Array bigints(Connection connection, List<Long> ids) throws SQLException {
        return connection.createArrayOf("bigint", ids.toArray(Long[]::new));
    }
}

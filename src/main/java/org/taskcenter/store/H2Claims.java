package org.taskcenter.store;

import static org.taskcenter.store.H2Queue.CLAIM_COLUMNS;
import static org.taskcenter.store.SqlQueue.bigints;
import static org.taskcenter.store.SqlQueue.readClaims;
import static org.taskcenter.store.SqlQueue.readIds;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Share;

/** Claims on H2, in a transaction of the caller's. */
final class H2Claims {
    private static final String NEXT = """
            select id from task
             where state = 'waiting' and lane = ? and rank = ? and run_at <= current_timestamp
             order by state, lane, rank, run_at, id limit ? offset ?""";

    private H2Claims() {}

    static List<Claim> claim(Connection connection, long member, List<Share> shares) throws SQLException {
        if (!isAlive(connection, member)) {
            return List.of();
        }
        List<Long> picked = new ArrayList<>();
        for (Share share : shares) {
            picked.addAll(pick(connection, share));
        }
        if (picked.isEmpty()) {
            return List.of();
        }
        try (PreparedStatement update = connection.prepareStatement("""
                update task set state = 'running', member = ?, epoch = epoch + 1, attempt = attempt + 1,
                       started_at = current_timestamp
                 where id = any (?)""")) {
            update.setLong(1, member);
            update.setArray(2, bigints(connection, picked));
            update.executeUpdate();
        }
        try (PreparedStatement select = connection.prepareStatement(CLAIM_COLUMNS + " where id = any (?)")) {
            select.setArray(1, bigints(connection, picked));
            try (ResultSet rows = select.executeQuery()) {
                return readClaims(rows);
            }
        }
    }

    static boolean isAlive(Connection connection, long member) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from member where id = ? and state = 'alive' for update")) {
            select.setLong(1, member);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /**
     * The next tasks of a share, locked. Found first and locked then: a statement that locks does not stop at its limit on H2,
     * but reads, locks and sorts all that wait.
     */
    private static List<Long> pick(Connection connection, Share share) throws SQLException {
        List<Long> picked = new ArrayList<>();
        try (PreparedStatement next = connection.prepareStatement(NEXT);
                PreparedStatement lock = connection.prepareStatement(
                        "select id from task where id = any (?) and state = 'waiting' for update skip locked")) {
            int passed = 0;
            while (picked.size() < share.tasks()) {
                int wanted = share.tasks() - picked.size();
                next.setInt(1, share.lane());
                next.setInt(2, -share.priority());
                next.setInt(3, wanted);
                next.setInt(4, passed);
                List<Long> found = readIds(next);
                passed += found.size();
                lock.setArray(1, bigints(connection, found));
                picked.addAll(readIds(lock));
                if (found.size() < wanted) {
                    break;
                }
            }
        }
        return picked;
    }
}

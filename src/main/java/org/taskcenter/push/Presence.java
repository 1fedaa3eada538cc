package org.taskcenter.push;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.taskcenter.store.Database;

/** Which clients have a WebSocket open at this member, told to all members; and which of them acknowledge. */
final class Presence {
    private final Database database;
    private final Set<String> stored = new HashSet<>();
    private long storedFor;

    Presence(Database database) {
        this.database = database;
    }

    /** Tells that exactly these clients are connected to this member. */
    void tell(long member, Set<String> clients) throws SQLException {
        if (member == storedFor && clients.equals(stored)) {
            return;
        }
        if (member != storedFor) {
            stored.clear();
        }
        Set<String> come = new HashSet<>(clients);
        come.removeAll(stored);
        Set<String> gone = new HashSet<>(stored);
        gone.removeAll(clients);
        database.transaction(connection -> {
            forgetTheDead(connection);
            write(connection, "delete from listening where client = ? and member = ?", member, gone);
            // Not known to be there: another table's row may have outlived a failed commit.
            write(connection, "delete from listening where client = ? and member = ?", member, come);
            write(connection, "insert into listening (client, member) values (?, ?)", member, come);
            return null;
        });
        storedFor = member;
        stored.clear();
        stored.addAll(clients);
    }

    private static void forgetTheDead(Connection connection) throws SQLException {
        try (Statement delete = connection.createStatement()) {
            delete.executeUpdate("delete from listening where not exists"
                    + " (select 1 from member where member.id = listening.member and member.state = 'alive')");
        }
    }

    private static void write(Connection connection, String sql, long member, Set<String> clients) throws SQLException {
        if (clients.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (String client : clients) {
                statement.setString(1, client);
                statement.setLong(2, member);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Those of the clients that have ever acknowledged a result. */
    Set<String> acknowledging(Collection<String> clients) throws SQLException {
        return database.statement(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select client from acknowledging where client = any (?)")) {
                select.setArray(1, connection.createArrayOf("varchar", clients.toArray(String[]::new)));
                try (ResultSet rows = select.executeQuery()) {
                    Set<String> found = new HashSet<>();
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                    return found;
                }
            }
        });
    }

    /** From now on results for these clients count as delivered when they acknowledge them. */
    void acknowledge(Collection<String> clients) throws SQLException {
        database.transaction(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    insert into acknowledging (client) select cast(? as varchar(255))
                     where not exists (select 1 from acknowledging where client = ?)""")) {
                for (String client : clients) {
                    insert.setString(1, client);
                    insert.setString(2, client);
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
    }
}

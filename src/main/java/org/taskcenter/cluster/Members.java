package org.taskcenter.cluster;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.taskcenter.store.Database;

/** The rows of the members. A lease is judged by the database's clock alone. */
public final class Members {
    private final Database database;

    public Members(Database database) {
        this.database = database;
    }

    /** One boot of one member, as others see it. */
    public record Member(long id, String host, String state, Duration silence) {}

    void register(long id, String host) throws SQLException {
        update(
                "insert into member (id, host, state, started_at, heartbeat_at)"
                        + " values (?, ?, 'alive', current_timestamp, current_timestamp)",
                statement -> {
                    statement.setLong(1, id);
                    statement.setString(2, host);
                });
    }

    /** Renews the lease; false where the member has been declared dead or has retired. */
    boolean heartbeat(long id) throws SQLException {
        return 1
                == update(
                        "update member set heartbeat_at = current_timestamp where id = ? and state = 'alive'",
                        statement -> statement.setLong(1, id));
    }

    /** The member claims nothing from here on; what it still holds may be taken from it at once. */
    void retire(long id) throws SQLException {
        update(
                "update member set state = 'retired' where id = ? and state = 'alive'",
                statement -> statement.setLong(1, id));
    }

    /** Declares dead who has not been heard of for a lease; returns how many. */
    int declareDead(Duration lease) throws SQLException {
        return update(
                "update member set state = 'dead' where state = 'alive'"
                        + " and heartbeat_at < current_timestamp - cast(? as bigint) * interval '0.001' second",
                statement -> statement.setLong(1, lease.toMillis()));
    }

    /** Members that are alive as far as is known. */
    public List<Member> alive() throws SQLException {
        return database.statement(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select id, host, state, extract(epoch from current_timestamp - heartbeat_at) from member"
                                    + " where state = 'alive' order by id");
                    ResultSet rows = select.executeQuery()) {
                List<Member> members = new ArrayList<>();
                while (rows.next()) {
                    members.add(
                            new Member(rows.getLong(1), rows.getString(2), rows.getString(3), Duration.ofMillis((long)
                                    (rows.getDouble(4) * 1_000))));
                }
                return members;
            }
        });
    }

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private int update(String sql, Parameters parameters) throws SQLException {
        return database.statement((Connection connection) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                parameters.set(statement);
                return statement.executeUpdate();
            }
        });
    }
}

package org.taskcenter.push;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.task.TaskState;

/** Results that wait for their sender to connect, in the table {@code held}. */
final class Held {
    private static final String ADD = """
            insert into held (client, task_id, generation, state, account_id, url)
            select client, task_id, generation, state, account_id, url
              from unnest(cast(? as varchar array), cast(? as bigint array), cast(? as int array),
                   cast(? as varchar array), cast(? as bigint array), cast(? as varchar array))
                   as given (client, task_id, generation, state, account_id, url)""";

    private static final String FREE = "(held.member is null or not exists"
            + " (select 1 from member where member.id = held.member and member.state = 'alive'))";

    private static final String PULL = "select task_id, generation, state from held where client = ? and " + FREE
            + " order by client, task_id, generation limit ?";

    /** On H2 it would read and lock all that there is, and nobody else is there to pull. */
    private static final String POSTGRES_PULL = PULL + " for update skip locked";

    private static final String DESERTED = "select client, task_id, generation, state, account_id, url from held"
            + " where url > '' and " + FREE
            + " and not exists (select 1 from listening join member on member.id = listening.member"
            + " and member.state = 'alive' where listening.client = held.client)"
            + " order by client, task_id, generation limit ?";

    /**
     * One result.
     *
     * @param url where it goes should its sender, who is listening, go away before; or null
     */
    record Row(String client, End end, long account, String url) {}

    private Held() {}

    static void add(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(ADD)) {
            set(insert, 1, "varchar", rows, Row::client, String[]::new);
            set(insert, 2, "bigint", rows, row -> row.end().task(), Long[]::new);
            set(insert, 3, "int", rows, row -> row.end().generation(), Integer[]::new);
            set(insert, 4, "varchar", rows, row -> row.end().state().word(), String[]::new);
            set(insert, 5, "bigint", rows, Row::account, Long[]::new);
            set(insert, 6, "varchar", rows, Row::url, String[]::new);
            insert.executeUpdate();
        }
    }

    private static <T> void set(
            PreparedStatement statement,
            int index,
            String type,
            List<Row> rows,
            Function<Row, T> value,
            java.util.function.IntFunction<T[]> array)
            throws SQLException {
        statement.setArray(
                index,
                statement
                        .getConnection()
                        .createArrayOf(type, rows.stream().map(value).toArray(array)));
    }

    /** Takes some results of a client for delivery by a member, oldest first; in a transaction of the caller's. */
    static List<End> pull(Connection connection, boolean postgres, long member, String client, int limit)
            throws SQLException {
        List<End> ends = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(postgres ? POSTGRES_PULL : PULL)) {
            select.setString(1, client);
            select.setInt(2, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ends.add(new End(rows.getLong(1), rows.getInt(2), TaskState.of(rows.getString(3))));
                }
            }
        }
        setMember(connection, member, client, ends);
        return ends;
    }

    /** Gives results back that are not delivered. */
    static void release(Connection connection, String client, Collection<End> ends) throws SQLException {
        setMember(connection, null, client, ends);
    }

    private static void setMember(Connection connection, Long member, String client, Collection<End> ends)
            throws SQLException {
        if (ends.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update held set member = ? where client = ? and task_id = ? and generation = ?")) {
            for (End end : ends) {
                update.setObject(1, member, java.sql.Types.BIGINT);
                setKey(update, 2, client, end);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** They are delivered, or go another way; returns for each how many rows that were. */
    static int[] delete(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from held where client = ? and task_id = ? and generation = ?")) {
            for (Row row : rows) {
                setKey(delete, 1, row.client(), row.end());
                delete.addBatch();
            }
            return delete.executeBatch();
        }
    }

    private static void setKey(PreparedStatement statement, int first, String client, End end) throws SQLException {
        statement.setString(first, client);
        statement.setLong(first + 1, end.task());
        statement.setInt(first + 2, end.generation());
    }

    /** Results that have another address and whose senders have gone. */
    static List<Row> deserted(Connection connection, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(DESERTED)) {
            select.setInt(1, limit);
            try (ResultSet rows = select.executeQuery()) {
                List<Row> deserted = new ArrayList<>();
                while (rows.next()) {
                    End end = new End(rows.getLong(2), rows.getInt(3), TaskState.of(rows.getString(4)));
                    deserted.add(new Row(rows.getString(1), end, rows.getLong(5), rows.getString(6)));
                }
                return deserted;
            }
        }
    }

    /** Which of the clients have results that nobody delivers. */
    static List<String> waiting(Connection connection, Collection<String> clients) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select given.client from unnest(cast(? as varchar array)) as given (client)"
                        + " where exists (select 1 from held where held.client = given.client and " + FREE + ")")) {
            select.setArray(1, connection.createArrayOf("varchar", clients.toArray(String[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                List<String> waiting = new ArrayList<>();
                while (rows.next()) {
                    waiting.add(rows.getString(1));
                }
                return waiting;
            }
        }
    }
}

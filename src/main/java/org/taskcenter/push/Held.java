package org.taskcenter.push;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.taskcenter.call.CallEnds.End;

/** Results that wait for their sender to connect, in the table {@code held}. */
final class Held {
    private static final String ADD = """
            insert into held (client, task_id, generation, state, account_id)
            select client, task_id, generation, state, account_id
              from unnest(cast(? as varchar array), cast(? as bigint array), cast(? as int array),
                   cast(? as varchar array), cast(? as bigint array))
                   as given (client, task_id, generation, state, account_id)""";

    /** One result. */
    record Row(String client, End end, long account) {}

    private Held() {}

    static void add(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(ADD)) {
            insert.setArray(
                    1,
                    connection.createArrayOf(
                            "varchar", rows.stream().map(Row::client).toArray(String[]::new)));
            insert.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", rows.stream().map(row -> row.end().task()).toArray(Long[]::new)));
            insert.setArray(
                    3,
                    connection.createArrayOf(
                            "int",
                            rows.stream().map(row -> row.end().generation()).toArray(Integer[]::new)));
            insert.setArray(
                    4,
                    connection.createArrayOf(
                            "varchar",
                            rows.stream().map(row -> row.end().state().word()).toArray(String[]::new)));
            insert.setArray(
                    5,
                    connection.createArrayOf(
                            "bigint", rows.stream().map(Row::account).toArray(Long[]::new)));
            insert.executeUpdate();
        }
    }
}

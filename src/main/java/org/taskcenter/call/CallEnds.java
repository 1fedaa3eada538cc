package org.taskcenter.call;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.task.TaskState;

/** What calls have come to, for those who pass it on: also of generations that an operator's retry has left behind. */
public final class CallEnds {
    private static final String READ = """
            select given.id, given.generation, t.client, t.client_id, t.group_name, a.code,
                   case when octet_length(a.body) <= ? then a.body end, a.truncated,
                   coalesce(octet_length(a.body), 0)
              from unnest(cast(? as bigint array), cast(? as int array)) as given (id, generation)
              join task t on t.id = given.id and given.id between 1 and 9223372036854775807
              left join attempt a on a.task_id = given.id and a.generation = given.generation and a.number =
                   (select max(b.number) from attempt b where b.task_id = given.id and b.generation = given.generation)""";

    /** One end of a call. */
    public record End(long task, int generation, TaskState state) {}

    /**
     * What a call has come to.
     *
     * @param status its body is null where that is too long
     * @param length of the body, in bytes as UTF-8
     */
    public record Found(CallStatus status, int length, boolean complete) {}

    private CallEnds() {}

    /**
     * What these have come to; those that are not kept any more are missing.
     *
     * @param longest bodies that are longer than so many bytes are not read
     */
    public static Map<End, Found> read(Connection connection, List<End> ends, int longest) throws SQLException {
        Map<Key, TaskState> states = new HashMap<>();
        ends.forEach(end -> states.put(new Key(end.task(), end.generation()), end.state()));
        try (PreparedStatement select = connection.prepareStatement(READ)) {
            select.setInt(1, longest);
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", ends.stream().map(End::task).toArray(Long[]::new)));
            select.setArray(
                    3,
                    connection.createArrayOf(
                            "int", ends.stream().map(End::generation).toArray(Integer[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                Map<End, Found> found = new HashMap<>();
                while (rows.next()) {
                    Key key = new Key(rows.getLong(1), rows.getInt(2));
                    TaskState state = states.get(key);
                    found.put(new End(key.task(), key.generation(), state), found(rows, state, longest));
                }
                return found;
            }
        }
    }

    private record Key(long task, int generation) {}

    private static Found found(ResultSet row, TaskState state, int longest) throws SQLException {
        CallStatus status = CallReader.status(
                row.getString(3),
                row.getString(4),
                row.getString(5),
                state,
                row.getInt(6),
                row.getString(7),
                row.getBoolean(8));
        int length = row.getInt(9);
        return new Found(status, length, length <= longest);
    }
}

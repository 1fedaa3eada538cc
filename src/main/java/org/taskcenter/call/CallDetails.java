package org.taskcenter.call;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.store.Database;
import org.taskcenter.task.Details;

/** What calls are to send, in the table {@code call}. */
public final class CallDetails implements Details<NewCall> {
    private static final String COLUMNS = "task_id, url, method, headers, body, timeout_ms, max_attempts,"
            + " min_backoff_ms, max_backoff_ms, deadline_ms, unsafe, at_most_once, return_path";

    /** A call as it is stored. */
    record Stored(
            String url,
            String method,
            Map<String, String> headers,
            byte[] body,
            Duration timeout,
            Retry retry,
            boolean atMostOnce) {}

    private static final long FRESH_BYTES = 32L << 20;

    private final FreshCalls fresh = new FreshCalls(FRESH_BYTES, System::nanoTime);

    @Override
    public void store(Connection connection, long[] ids, List<NewCall> calls) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into call (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (int i = 0; i < ids.length; i++) {
                NewCall call = calls.get(i);
                insert.setLong(1, ids[i]);
                insert.setString(2, call.url().toString());
                insert.setString(3, call.method());
                insert.setString(4, Headers.toText(call.headers()));
                insert.setBytes(5, call.body());
                insert.setInt(6, (int) call.timeout().toMillis());
                insert.setInt(7, call.retry().maxAttempts());
                insert.setLong(8, call.retry().minBackoff().toMillis());
                insert.setLong(9, call.retry().maxBackoff().toMillis());
                insert.setLong(10, call.retry().deadline().toMillis());
                insert.setBoolean(11, call.retry().unsafe());
                insert.setBoolean(12, call.atMostOnce());
                insert.setString(
                        13, call.returnPath() == null ? null : call.returnPath().toString());
                insert.addBatch();
                // Should the transaction fail, nobody will ever ask for this id.
                fresh.add(ids[i], stored(call));
            }
            insert.executeBatch();
        }
    }

    private static Stored stored(NewCall call) {
        return new Stored(
                call.url().toString(),
                call.method(),
                call.headers(),
                call.body(),
                call.timeout(),
                call.retry(),
                call.atMostOnce());
    }

    /** The stored calls of these tasks, by task. */
    Map<Long, Stored> load(Database database, List<Long> tasks) throws SQLException {
        Map<Long, Stored> calls = new HashMap<>();
        List<Long> others = new ArrayList<>();
        for (Long task : tasks) {
            Stored call = fresh.take(task);
            if (call == null) {
                others.add(task);
            } else {
                calls.put(task, call);
            }
        }
        if (!others.isEmpty()) {
            database.statement(connection -> {
                read(connection, others, calls);
                return null;
            });
        }
        return calls;
    }

    private static void read(Connection connection, List<Long> tasks, Map<Long, Stored> calls) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select " + COLUMNS + " from call where task_id = any (?)")) {
            select.setArray(1, connection.createArrayOf("bigint", tasks.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    calls.put(rows.getLong(1), read(rows));
                }
            }
        }
    }

    private static Stored read(ResultSet row) throws SQLException {
        Retry retry = new Retry(
                row.getInt(7),
                Duration.ofMillis(row.getLong(8)),
                Duration.ofMillis(row.getLong(9)),
                Duration.ofMillis(row.getLong(10)),
                row.getBoolean(11));
        return new Stored(
                row.getString(2),
                row.getString(3),
                Headers.fromText(row.getString(4)),
                row.getBytes(5),
                Duration.ofMillis(row.getInt(6)),
                retry,
                row.getBoolean(12));
    }
}

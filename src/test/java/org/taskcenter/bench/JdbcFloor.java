package org.taskcenter.bench;

import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.taskcenter.testing.PostgresServer;

/** What plain JDBC reaches on the same PostgreSQL: rows with a key, a state and the 300 bytes of a call or an answer. */
final class JdbcFloor {

    private static final String DATABASE = "floor";
    private static final String INSERT = "insert into floor (id, state, body) values (?, 'waiting', ?)";
    private static final String UPDATE = """
            update floor set state = 'succeeded', code = done.code, answer = done.answer
            from unnest(?::bigint[], ?::int[], ?::text[]) as done (id, code, answer)
            where floor.id = done.id""";

    private final PostgresServer server;
    private final AtomicLong ids = new AtomicLong();

    JdbcFloor(PostgresServer server) throws SQLException {
        this.server = server;
        server.createDatabase(DATABASE);
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("create table floor (id bigint primary key, state text not null, body text not null,"
                    + " code int, answer text) with (fillfactor = 85, autovacuum_enabled = false)");
        }
    }

    /** Forgets all rows, so that no round finds more of them than the one before. */
    void reset() throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("truncate floor");
        }
    }

    /** Rows a second, by transactions of 500. */
    double insertMany(int rows) throws Exception {
        return rows
                / Load.seconds(4, rows / Messages.BATCH, this::connect, (connection, index) -> {
                    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                        for (int i = 0; i < Messages.BATCH; i++) {
                            fill(insert, ids.incrementAndGet());
                            insert.addBatch();
                        }
                        insert.executeBatch();
                    }
                    connection.commit();
                });
    }

    /** Rows a second, each in a transaction. */
    double insertOne(int rows) throws Exception {
        return rows
                / Load.seconds(32, rows, this::connect, (connection, index) -> {
                    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                        fill(insert, ids.incrementAndGet());
                        insert.executeUpdate();
                    }
                    connection.commit();
                });
    }

    /** Rows a second; updates those that were inserted last. */
    double update(int rows) throws Exception {
        long first = ids.get() - rows;
        Integer[] codes = new Integer[Messages.BATCH];
        String[] answers = new String[Messages.BATCH];
        Arrays.fill(codes, 200);
        Arrays.fill(answers, Messages.BODY);
        return rows
                / Load.seconds(4, rows / Messages.BATCH, this::connect, (connection, index) -> {
                    long from = first + 1 + (long) index * Messages.BATCH;
                    Long[] these = LongStream.range(from, from + Messages.BATCH)
                            .boxed()
                            .toArray(Long[]::new);
                    Array idArray = connection.createArrayOf("bigint", these);
                    Array codeArray = connection.createArrayOf("int", codes);
                    Array answerArray = connection.createArrayOf("text", answers);
                    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                        update.setArray(1, idArray);
                        update.setArray(2, codeArray);
                        update.setArray(3, answerArray);
                        if (update.executeUpdate() != Messages.BATCH) {
                            throw new IllegalStateException("rows to update are missing");
                        }
                    }
                    connection.commit();
                });
    }

    private static void fill(PreparedStatement insert, long id) throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, Messages.BODY);
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(
                server.jdbcUrl(DATABASE) + "?reWriteBatchedInserts=true", server.user(), server.password());
        connection.setAutoCommit(false);
        return connection;
    }
}

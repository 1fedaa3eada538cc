package org.taskcenter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

class DatabaseTest {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    /** One connection, so that what is left behind on it is seen. */
    private final JdbcConnectionPool pool = Pool.h2("database-" + DATABASES.incrementAndGet(), 1);

    private final Database database = new Database(pool);

    @BeforeEach
    void begin() throws SQLException {
        database.statement(connection -> execute(connection, "create table note (word varchar)"));
    }

    @AfterEach
    void close() {
        pool.dispose();
    }

    @Test
    void storesAllOrNothing() throws SQLException {
        database.transaction(connection -> execute(connection, "insert into note values ('kept')"));
        List<Throwable> faults =
                List.of(new SQLException("no", "22021"), new IllegalStateException("no"), new StackOverflowError("no"));
        for (Throwable fault : faults) {
            assertThatThrownBy(() -> database.transaction(connection -> {
                        execute(connection, "insert into note values ('lost')");
                        return fail(fault);
                    }))
                    .isSameAs(fault);
        }

        assertThat(notes(database)).isEqualTo(1);
        assertThat((boolean) database.statement(Connection::getAutoCommit)).isTrue();
        assertThat(pool.getActiveConnections()).isZero();
    }

    private static <T> T fail(Throwable fault) throws SQLException {
        if (fault instanceof SQLException e) {
            throw e;
        }
        if (fault instanceof Error e) {
            throw e;
        }
        throw (RuntimeException) fault;
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "90131"})
    void whatWasSacrificedIsDoneAgain(String state) throws SQLException {
        AtomicInteger tries = new AtomicInteger();
        database.transaction(connection -> {
            execute(connection, "insert into note values ('once')");
            if (tries.incrementAndGet() < 3) {
                throw new SQLException("sacrificed", state);
            }
            return null;
        });

        assertThat(tries).hasValue(3);
        assertThat(notes(database)).isEqualTo(1);
    }

    @Test
    void doesNotTryForEver() {
        AtomicInteger tries = new AtomicInteger();
        assertThatThrownBy(() -> database.statement(connection -> {
                    tries.incrementAndGet();
                    throw new SQLException("sacrificed", "40001");
                }))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(Database.isOutage(e)).isTrue());
        assertThat(tries).hasValue(5);
    }

    @Test
    void twoThatBlockEachOtherBothGetThrough() throws Exception {
        PostgresServer server = PostgresServer.shared();
        JdbcConnectionPool connections = Pool.postgres(Pool.settings(server, server.createDatabase()), 4);
        try {
            Database postgres = new Database(connections);
            postgres.statement(connection -> execute(
                    connection, "create table note as select i as word, 0 as times from generate_series(1, 2) i"));
            CyclicBarrier bothHaveOne = new CyclicBarrier(2);
            AtomicInteger tries = new AtomicInteger();
            QueueStage.atOnce(
                    2,
                    number -> postgres.transaction(connection -> {
                        boolean first = tries.incrementAndGet() <= 2;
                        execute(connection, "update note set times = times + 1 where word = " + (1 + number));
                        if (first) {
                            await(bothHaveOne);
                        }
                        return execute(connection, "update note set times = times + 1 where word = " + (2 - number));
                    }));

            assertThat(tries).as("one of them was sacrificed").hasValue(3);
            assertThat((int) postgres.statement(connection -> number(connection, "select min(times) from note")))
                    .isEqualTo(2);
            assertThat((int) postgres.statement(connection -> number(connection, "select max(times) from note")))
                    .isEqualTo(2);
        } finally {
            connections.dispose();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08006", "08001", "25006", "25P03", "28P01", "3D000", "40001", "53300", "55P03", "57014", "57P01",
                "57P03", "58030", "90028", "90098", "HYT00"
            })
    void tellsTheFaultsOfTheDatabase(String state) {
        assertThat(Database.isOutage(new SQLException("it", state))).isTrue();
        assertThat(Database.isOutage(new SQLException("no connection", new SQLException("it", state))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22001", "23505", "23503", "42P01", "P0001", "54000", "90039"})
    void fromThoseOfTheWork(String state) {
        assertThat(Database.isOutage(new SQLException("it", state))).isFalse();
        assertThat(Database.isOutage(new SQLException("wrapped", new SQLException("it", state))))
                .isFalse();
    }

    @Test
    void aPoolThatCannotGiveAConnectionIsTheDatabasesFault() {
        assertThat(Database.isOutage(new SQLException("Error in allocating a connection")))
                .isTrue();
    }

    private static int notes(Database database) throws SQLException {
        return database.statement(connection -> number(connection, "select count(*) from note"));
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}

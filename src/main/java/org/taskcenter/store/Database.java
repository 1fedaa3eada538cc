package org.taskcenter.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** Short transactions on the data source, outside any transaction of the container. */
public final class Database {
    private static final int TRIES = 5;

    /**
     * Connection, refused log-in, no such database (yet); read-only (a standby that was, or will be, the primary) and idle for
     * too long in a transaction; sacrificed again and again; resources, lock time-out, shutdown or statement time-out, system
     * error; H2's database
     * locked, unreadable, closed, out of memory, and its lock time-out.
     */
    private static final List<String> OUTAGE = List.of(
            "08", "28", "3D", "25006", "25P03", "40", "90131", "53", "55", "57", "58", "90020", "90028", "90031",
            "90067", "90098", "90108", "90121", "HYT00");

    private final DataSource dataSource;

    public Database(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** What to do on a connection; must not keep it. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Does the work in one transaction. Where the database sacrificed it to others (a deadlock, a serialization failure) it is
     * done again, so it must have no effect besides the transaction's.
     *
     * @throws SQLException and nothing of it is stored; or, where the connection broke in the very commit, perhaps all of it
     */
    public <T> T transaction(Work<T> work) throws SQLException {
        for (int tried = 1; ; tried++) {
            try (Connection connection = dataSource.getConnection()) {
                return inTransaction(connection, work);
            } catch (SQLException e) {
                if (!isSacrifice(e) || tried == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static <T> T inTransaction(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            rollBack(connection, e);
            throw e;
        } finally {
            restoreAutoCommit(connection);
        }
    }

    /** Does work that is one statement and its own transaction: a round trip fewer than {@link #transaction}. */
    public <T> T statement(Work<T> work) throws SQLException {
        for (int tried = 1; ; tried++) {
            try (Connection connection = dataSource.getConnection()) {
                return work.on(connection);
            } catch (SQLException e) {
                if (!isSacrifice(e) || tried == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Whether the same work may succeed on another connection or a little later: the database, not the work, is at fault. */
    public static boolean isOutage(SQLException e) {
        boolean told = false;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                told = true;
                if (OUTAGE.stream().anyMatch(sql.getSQLState()::startsWith)) {
                    return true;
                }
            }
        }
        // Pools answer with exceptions of their own, without a state, when they cannot get a connection.
        return !told;
    }

    private static boolean isSacrifice(SQLException e) {
        // PostgreSQL's deadlock, serialization failure, H2's concurrent update
        return List.of("40P01", "40001", "90131").contains(String.valueOf(e.getSQLState()));
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void restoreAutoCommit(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // The connection is broken, which the pool finds out by itself.
            return;
        }
    }
}

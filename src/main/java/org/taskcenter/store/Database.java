package org.taskcenter.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Short transactions on the data source, outside any transaction of the container. */
public final class Database {
    private static final int TRIES = 5;

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
                connection.setAutoCommit(false);
                try {
                    T result = work.on(connection);
                    connection.commit();
                    return result;
                } catch (SQLException | RuntimeException e) {
                    rollBack(connection, e);
                    throw e;
                } finally {
                    restoreAutoCommit(connection);
                }
            } catch (SQLException e) {
                if (!isSacrifice(e) || tried == TRIES) {
                    throw e;
                }
            }
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
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isOutageState(sql.getSQLState())) {
                return true;
            }
        }
        // Pools answer with exceptions of their own, without a state, when they cannot get a connection.
        return e.getSQLState() == null;
    }

    private static boolean isOutageState(String state) {
        // 08 connection, 53 resources, 57 operator's intervention (shutdown), 58 system error, 55 lock time-out, 90
        // H2's own (closed)
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57")
                        || state.startsWith("58")
                        || state.startsWith("55")
                        || state.startsWith("900")
                        || state.equals("25P03")
                        || state.equals("HYT00"));
    }

    private static boolean isSacrifice(SQLException e) {
        return "40P01".equals(e.getSQLState()) || "40001".equals(e.getSQLState());
    }

    private static void rollBack(Connection connection, Exception cause) {
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
            // The connection is broken; the pool finds out by itself.
            return;
        }
    }
}

package org.taskcenter.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** Asks the database for a sign of life, over one connection of its own, so that a busy pool is not taken for a dead database. */
public final class DatabaseProbe implements BooleanSupplier, AutoCloseable {
    private static final int SECONDS = 2;
    private final DataSource source;
    private Connection connection;

    public DatabaseProbe(DataSource source) {
        this.source = source;
    }

    /** Whether it answers now. */
    @Override
    public synchronized boolean getAsBoolean() {
        try {
            if (connection == null) {
                connection = source.getConnection();
            }
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(SECONDS);
                try (ResultSet rows = statement.executeQuery("select 1")) {
                    return rows.next();
                }
            }
        } catch (SQLException e) {
            close();
            return false;
        }
    }

    /** Gives the connection back. */
    @Override
    public synchronized void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            StoreLog.LOG.tracef(e, "closing a probe's connection");
        } finally {
            connection = null;
        }
    }
}

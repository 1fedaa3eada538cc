package org.taskcenter.account;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.taskcenter.store.Database;
import org.taskcenter.testing.TestStore;

/** A database of its own, in memory, with the schema; it can be taken away and given back, and counts how often it is asked. */
final class AccountTables implements DataSource {
    private final DataSource source = TestStore.h2(10).pool();
    private boolean away;
    private int asked;
    private Runnable whenAsked = () -> {};

    Database database() {
        return new Database(this);
    }

    /** An account with a token of that text. */
    void account(long id, String name, Role role, String token, String scopes, Instant end) throws SQLException {
        execute("insert into account (id, name, role, enabled, created_at) values (" + id + ", '" + name + "', '"
                + role.word() + "', true, current_timestamp)");
        execute("insert into account_from values (" + id + ", '" + name + "-from')");
        execute("insert into account_source values (" + id + ", '" + name + "-source')");
        execute("insert into token (id, account_id, hash, main, name, scopes, created_at, expires_at) values (" + id
                + ", " + id + ", '" + TokenText.hash(token) + "', true, 'main', '" + scopes
                + "', timestamp '2020-01-01 00:00:00', "
                + (end == null ? "null" : "timestamp with time zone '" + end + "'")
                + ")");
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String value(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** All there is in it, as text. */
    String everything() throws SQLException {
        try (Connection connection = source.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("script")) {
            StringBuilder all = new StringBuilder();
            while (rows.next()) {
                all.append(rows.getString(1)).append('\n');
            }
            return all.toString();
        }
    }

    void away(boolean isAway) {
        away = isAway;
    }

    int asked() {
        return asked;
    }

    void whenAsked(Runnable action) {
        whenAsked = action;
    }

    @Override
    public Connection getConnection() throws SQLException {
        asked++;
        if (away) {
            throw new SQLException("taken away by a test", "08001");
        }
        Connection connection = source.getConnection();
        whenAsked.run();
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return source.isWrapperFor(type);
    }
}

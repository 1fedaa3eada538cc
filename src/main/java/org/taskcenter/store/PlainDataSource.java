package org.taskcenter.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.PGProperty;
import org.taskcenter.config.DatabaseSettings;

/** Connections without a pool: each is a new one, and closing it closes it. What the URL says goes before what stands here. */
public class PlainDataSource implements DataSource {
    private static final String SECONDS_TO_CONNECT = "5";
    private final Driver driver;
    private final String url;
    private final Properties properties;
    private PrintWriter logWriter;

    private PlainDataSource(Driver driver, String url, Properties properties) {
        this.driver = driver;
        this.url = url;
        this.properties = properties;
    }

    /** For statements that come back soon, waiting for notifications included: a database that is silent or locked is an error. */
    PlainDataSource(DatabaseSettings database) {
        this(driver(database), database.url(), database.isPostgresql() ? limited(database) : h2(database));
    }

    /** For statements that come back soon: a database that is silent, or a lock that nobody opens, is an error after a while. */
    public static PlainDataSource impatient(DatabaseSettings database) {
        return new PlainDataSource(database);
    }

    /** For statements that may take their time, such as changes of the schema. */
    public static PlainDataSource patient(DatabaseSettings database) {
        return new PlainDataSource(
                driver(database), database.url(), database.isPostgresql() ? postgresql(database) : h2(database));
    }

    private static Driver driver(DatabaseSettings database) {
        return database.isPostgresql() ? new org.postgresql.Driver() : new org.h2.Driver();
    }

    private static Properties h2(DatabaseSettings database) {
        Properties properties = login(database);
        properties.setProperty(
                "LOCK_TIMEOUT", Long.toString(database.lockTimeout().toMillis()));
        return properties;
    }

    private static Properties limited(DatabaseSettings database) {
        Properties properties = postgresql(database);
        // The server's own time-out comes first: it ends the statement, this one ends the connection.
        long socketSeconds = database.timeout().toSeconds() + 2;
        PGProperty.SOCKET_TIMEOUT.set(properties, Long.toString(socketSeconds));
        PGProperty.OPTIONS.set(
                properties,
                // A plan that was made for a small table must not be kept for a large one.
                ("-c plan_cache_mode=force_custom_plan"
                                + " -c statement_timeout=%d -c lock_timeout=%d -c idle_in_transaction_session_timeout=%d")
                        .formatted(
                                database.timeout().toMillis(),
                                database.lockTimeout().toMillis(),
                                database.idleInTransaction().toMillis()));
        return properties;
    }

    private static Properties postgresql(DatabaseSettings database) {
        Properties properties = login(database);
        PGProperty.APPLICATION_NAME.set(properties, "taskcenter");
        PGProperty.REWRITE_BATCHED_INSERTS.set(properties, true);
        PGProperty.CONNECT_TIMEOUT.set(properties, SECONDS_TO_CONNECT);
        PGProperty.LOGIN_TIMEOUT.set(properties, SECONDS_TO_CONNECT);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return properties;
    }

    private static Properties login(DatabaseSettings database) {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password().value());
        return properties;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return driver.connect(url, properties);
    }

    /** As {@link #getConnection()}: who logs in is a matter of the settings alone. */
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public void setLogWriter(PrintWriter writer) {
        logWriter = writer;
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("it is " + SECONDS_TO_CONNECT + " seconds");
    }

    @Override
    public int getLoginTimeout() {
        return Integer.parseInt(SECONDS_TO_CONNECT);
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("org.taskcenter.store");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("not a " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}

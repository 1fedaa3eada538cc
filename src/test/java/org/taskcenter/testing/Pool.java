package org.taskcenter.testing;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.PooledConnection;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGPooledConnection;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.config.Secret;
import org.taskcenter.store.PlainDataSource;

/** Pools of connections, as an application server has them, with the settings that the program gives its connections. */
public final class Pool {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Pool() {}

    /** The settings for a database of a server; {@code url} may lead there by a detour. */
    public static DatabaseSettings settings(PostgresServer server, String url) {
        return settings(url, server.user(), server.password());
    }

    /** A pool on PostgreSQL. */
    public static JdbcConnectionPool postgres(DatabaseSettings settings, int size) {
        return pool(new Pooled(PlainDataSource.impatient(settings)), size);
    }

    /** The settings for an H2 database in the memory of this JVM. */
    public static DatabaseSettings h2Settings(String name) {
        return settings("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", "sa", "");
    }

    private static DatabaseSettings settings(String url, String user, String password) {
        return new DatabaseSettings(
                url, user, new Secret(password), Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    /** A pool on an H2 database in the memory of this JVM. */
    public static JdbcConnectionPool h2(String name, int size) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(h2Settings(name).url());
        source.setUser("sa");
        return pool(source, size);
    }

    private static JdbcConnectionPool pool(ConnectionPoolDataSource source, int size) {
        JdbcConnectionPool pool = JdbcConnectionPool.create(source);
        pool.setMaxConnections(size);
        pool.setLoginTimeout((int) PATIENCE.toSeconds());
        return pool;
    }

    /** Makes the connections of a data source fit for H2's pool, which does for any database. */
    private record Pooled(DataSource source) implements ConnectionPoolDataSource {
        @Override
        public PooledConnection getPooledConnection() throws SQLException {
            return new PGPooledConnection(source.getConnection(), true);
        }

        @Override
        public PooledConnection getPooledConnection(String user, String password) throws SQLException {
            return getPooledConnection();
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            return source.getLogWriter();
        }

        @Override
        public void setLogWriter(PrintWriter writer) throws SQLException {
            source.setLogWriter(writer);
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            source.setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return source.getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            return source.getParentLogger();
        }
    }
}

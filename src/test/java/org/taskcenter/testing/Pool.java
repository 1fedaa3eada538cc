package org.taskcenter.testing;

import java.time.Duration;
import javax.sql.ConnectionPoolDataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** Pools of connections, as an application server has them. */
public final class Pool {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Pool() {}

    /** A pool on a database of a {@link PostgresServer}, by its URL. */
    public static JdbcConnectionPool postgres(PostgresServer server, String url, int size) {
        PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
        source.setURL(url);
        source.setUser(server.user());
        source.setPassword(server.password());
        source.setConnectTimeout(5);
        source.setOptions("-c plan_cache_mode=force_custom_plan");
        return pool(source, size);
    }

    /** A pool on an H2 database in the memory of this JVM. */
    public static JdbcConnectionPool h2(String name, int size) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        source.setUser("sa");
        return pool(source, size);
    }

    private static JdbcConnectionPool pool(ConnectionPoolDataSource source, int size) {
        JdbcConnectionPool pool = JdbcConnectionPool.create(source);
        pool.setMaxConnections(size);
        pool.setLoginTimeout((int) PATIENCE.toSeconds());
        return pool;
    }
}

package org.taskcenter.testing;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.store.PostgresQueue;
import org.taskcenter.task.Queue;

/** A database of one's own with the schema. */
public record TestStore(JdbcConnectionPool pool, Queue queue) {
    private static final AtomicInteger NAMES = new AtomicInteger();

    /** One in the memory of this JVM. */
    public static TestStore h2(int connections) {
        String name = "store-" + NAMES.incrementAndGet();
        JdbcConnectionPool pool = Pool.h2(name, connections);
        new Migration(Pool.h2Settings(name)).run();
        return new TestStore(pool, new H2Queue());
    }

    /** One of the PostgreSQL that tests share. */
    public static TestStore postgres(int connections) {
        PostgresServer server = PostgresServer.shared();
        DatabaseSettings settings = Pool.settings(server, server.createDatabase());
        new Migration(settings).run();
        return new TestStore(Pool.postgres(settings, connections), new PostgresQueue());
    }

    /** This one, with more in it. */
    public TestStore with(String... statements) {
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    public boolean isPostgres() {
        return queue instanceof PostgresQueue;
    }
}

package org.taskcenter.ansible;

import org.h2.jdbcx.JdbcConnectionPool;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.store.Migration;
import org.taskcenter.store.PostgresQueue;
import org.taskcenter.task.Queue;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

class RunsOnPostgresTest extends RunsContract {
    private static final class Store {
        static final JdbcConnectionPool POOL = create();

        private static JdbcConnectionPool create() {

            PostgresServer server = PostgresServer.shared();
            DatabaseSettings settings = Pool.settings(server, server.createDatabase());
            new Migration(settings).run();
            return Pool.postgres(settings, 20);
        }
    }

    @Override
    JdbcConnectionPool pool() {
        return Store.POOL;
    }

    @Override
    Queue queue() {
        return new PostgresQueue();
    }
}

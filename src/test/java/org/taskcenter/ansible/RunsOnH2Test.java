package org.taskcenter.ansible;

import org.h2.jdbcx.JdbcConnectionPool;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Queue;
import org.taskcenter.testing.Pool;

class RunsOnH2Test extends RunsContract {
    private static final class Store {
        static final JdbcConnectionPool POOL = create();

        private static JdbcConnectionPool create() {
            JdbcConnectionPool pool = Pool.h2("runs", 20);
            new Migration(Pool.h2Settings("runs")).run();
            return pool;
        }
    }

    @Override
    JdbcConnectionPool pool() {
        return Store.POOL;
    }

    @Override
    Queue queue() {
        return new H2Queue();
    }
}

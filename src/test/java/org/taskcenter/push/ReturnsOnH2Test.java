package org.taskcenter.push;

import javax.sql.DataSource;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Queue;
import org.taskcenter.testing.Pool;

class ReturnsOnH2Test extends ReturnsContract {
    private static final class Store {
        static final DataSource SOURCE = create();

        private static DataSource create() {
            DataSource source = Pool.h2("returns", 10);
            new Migration(Pool.h2Settings("returns")).run();
            return source;
        }
    }

    @Override
    DataSource dataSource() {
        return Store.SOURCE;
    }

    @Override
    Queue queue() {
        return new H2Queue();
    }
}

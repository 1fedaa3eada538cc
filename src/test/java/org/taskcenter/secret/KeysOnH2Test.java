package org.taskcenter.secret;

import javax.sql.DataSource;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;

class KeysOnH2Test extends KeysContract {
    private static final class Store {
        static final DataSource SOURCE = create();

        private static DataSource create() {
            DataSource source = Pool.h2("keys", 10);
            new Migration(Pool.h2Settings("keys")).run();
            return source;
        }
    }

    @Override
    DataSource dataSource() {
        return Store.SOURCE;
    }
}

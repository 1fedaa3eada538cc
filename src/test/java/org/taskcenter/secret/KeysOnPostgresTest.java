package org.taskcenter.secret;

import javax.sql.DataSource;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

class KeysOnPostgresTest extends KeysContract {
    private static final class Store {
        static final DataSource SOURCE = create();

        private static DataSource create() {
            PostgresServer server = PostgresServer.shared();
            DatabaseSettings settings = Pool.settings(server, server.createDatabase());
            new Migration(settings).run();
            return Pool.postgres(settings, 10);
        }
    }

    @Override
    DataSource dataSource() {
        return Store.SOURCE;
    }
}

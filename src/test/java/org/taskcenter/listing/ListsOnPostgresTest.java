package org.taskcenter.listing;

import javax.sql.DataSource;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

class ListsOnPostgresTest extends ListsContract {
    private static final DataSource SOURCE = create();

    private static DataSource create() {
        PostgresServer server = PostgresServer.shared();
        DatabaseSettings settings = Pool.settings(server, server.createDatabase());
        new Migration(settings).run();
        return Pool.postgres(settings, 12);
    }

    @Override
    DataSource dataSource() {
        return SOURCE;
    }

    @Override
    boolean isPostgres() {
        return true;
    }
}

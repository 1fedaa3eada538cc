package org.taskcenter.listing;

import javax.sql.DataSource;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;

class ListsOnH2Test extends ListsContract {
    private static final DataSource SOURCE = create();

    private static DataSource create() {
        new Migration(Pool.h2Settings("lists")).run();
        return Pool.h2("lists", 12);
    }

    @Override
    DataSource dataSource() {
        return SOURCE;
    }

    @Override
    boolean isPostgres() {
        return false;
    }
}

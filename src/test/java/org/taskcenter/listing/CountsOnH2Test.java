package org.taskcenter.listing;

import javax.sql.DataSource;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;

class CountsOnH2Test extends CountsContract {
    private static final DataSource SOURCE = create();

    private static DataSource create() {
        new Migration(Pool.h2Settings("listing")).run();
        return Pool.h2("listing", 12);
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

package org.taskcenter.quota;

import javax.sql.DataSource;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;

class MoneyOnH2Test extends MoneyContract {
    private static final DataSource SOURCE = create();

    private static DataSource create() {
        new Migration(Pool.h2Settings("quota")).run();
        return Pool.h2("quota", 12);
    }

    @Override
    DataSource dataSource() {
        return SOURCE;
    }
}

package org.taskcenter.quota;

import org.taskcenter.testing.TestStore;

class MoneyOnPostgresTest extends MoneyContract {
    private static final TestStore STORE = TestStore.postgres(12);

    @Override
    TestStore store() {
        return STORE;
    }
}

package org.taskcenter.push;

import org.taskcenter.testing.TestStore;

class ReturnsOnPostgresTest extends ReturnsContract {
    private static final TestStore STORE = TestStore.postgres(10);

    @Override
    TestStore store() {
        return STORE;
    }
}

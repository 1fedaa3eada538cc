package org.taskcenter.listing;

import org.taskcenter.testing.TestStore;

class CountsOnPostgresTest extends CountsContract {
    private static final TestStore STORE = TestStore.postgres(12);

    @Override
    TestStore store() {
        return STORE;
    }
}

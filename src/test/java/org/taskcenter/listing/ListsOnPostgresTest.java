package org.taskcenter.listing;

import org.taskcenter.testing.TestStore;

class ListsOnPostgresTest extends ListsContract {
    private static final TestStore STORE = TestStore.postgres(12);

    @Override
    TestStore store() {
        return STORE;
    }
}

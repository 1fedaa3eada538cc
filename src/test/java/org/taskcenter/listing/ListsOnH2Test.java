package org.taskcenter.listing;

import org.taskcenter.testing.TestStore;

class ListsOnH2Test extends ListsContract {
    private static final TestStore STORE = TestStore.h2(12);

    @Override
    TestStore store() {
        return STORE;
    }
}

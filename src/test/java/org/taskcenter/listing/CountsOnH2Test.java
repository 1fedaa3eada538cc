package org.taskcenter.listing;

import org.taskcenter.testing.TestStore;

class CountsOnH2Test extends CountsContract {
    private static final TestStore STORE = TestStore.h2(12);

    @Override
    TestStore store() {
        return STORE;
    }
}

package org.taskcenter.push;

import org.taskcenter.testing.TestStore;

class ReturnsOnH2Test extends ReturnsContract {
    private static final TestStore STORE = TestStore.h2(10);

    @Override
    TestStore store() {
        return STORE;
    }
}

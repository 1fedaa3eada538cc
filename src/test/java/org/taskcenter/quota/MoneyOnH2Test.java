package org.taskcenter.quota;

import org.taskcenter.testing.TestStore;

class MoneyOnH2Test extends MoneyContract {
    private static final TestStore STORE = TestStore.h2(12);

    @Override
    TestStore store() {
        return STORE;
    }
}

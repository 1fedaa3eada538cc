package org.taskcenter.secret;

import org.taskcenter.testing.TestStore;

class KeysOnH2Test extends KeysContract {
    private static final TestStore STORE = TestStore.h2(10);

    @Override
    TestStore store() {
        return STORE;
    }
}

package org.taskcenter.secret;

import org.taskcenter.testing.TestStore;

class KeysOnPostgresTest extends KeysContract {
    private static final TestStore STORE = TestStore.postgres(10);

    @Override
    TestStore store() {
        return STORE;
    }
}

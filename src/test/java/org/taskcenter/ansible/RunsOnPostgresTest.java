package org.taskcenter.ansible;

import org.junit.jupiter.api.Nested;
import org.taskcenter.testing.TestStore;

class RunsOnPostgresTest {
    private static final TestStore STORE = TestStore.postgres(20);

    @Nested
    class Submitting extends RunsContract {
        Submitting() {
            super(STORE);
        }
    }

    @Nested
    class Results extends ResultsContract {
        Results() {
            super(STORE);
        }
    }

    @Nested
    class Ends extends EndsContract {
        Ends() {
            super(STORE);
        }
    }

    @Nested
    class Log extends RunLogContract {
        Log() {
            super(STORE);
        }
    }
}

package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.testing.TestStore;

class StoredPausedKindsTest {
    private final Database database = new Database(TestStore.h2(10).pool());
    private final StoredPausedKinds kinds = new StoredPausedKinds(database);

    @Test
    void nothingIsPausedAtFirst() throws SQLException {
        assertThat(kinds.read()).isEmpty();
    }

    @Test
    void exactlyTheLastOnesArePaused() throws SQLException {
        replace(Set.of("push", "call"));
        assertThat(kinds.read()).containsExactlyInAnyOrder("call", "push");
        replace(Set.of("run"));
        assertThat(kinds.read()).containsExactly("run");
        replace(Set.of());
        assertThat(kinds.read()).isEmpty();
    }

    @Test
    void whoWantsToKnowIsTold() {
        AtomicInteger told = new AtomicInteger();
        kinds.whenChanged(told::incrementAndGet);
        kinds.changed();
        assertThat(told).hasValue(1);
    }

    private void replace(Set<String> paused) throws SQLException {
        database.transaction(connection -> {
            kinds.replace(connection, paused);
            return null;
        });
    }
}

package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;

class StoredPausedKindsTest {
    private final JdbcDataSource source = new JdbcDataSource();
    private final Database database = new Database(source);
    private final StoredPausedKinds kinds = new StoredPausedKinds(database);

    @BeforeEach
    void schema() {
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/h2")
                .load()
                .migrate();
    }

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

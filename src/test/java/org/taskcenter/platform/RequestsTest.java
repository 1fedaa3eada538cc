package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.secret.Vaults;
import org.taskcenter.store.Database;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;

/** How what clients ask third parties for is stored. */
class RequestsTest {
    private static final String JSON = "{\"prompt\":\"sea\",\"hook\":\"https://a.example/?key=salmon\"}";
    private final Requests requests = new Requests(Vaults.any());
    private Database database;

    @BeforeEach
    void schema() throws SQLException {
        new Migration(Pool.h2Settings("requests")).run();
        database = new Database(Pool.h2("requests", 1));
        execute("delete from platform_task");
    }

    @Test
    void itIsSealedAndComesBack() throws SQLException {
        store(1, null, requests.seal(1, JSON));
        assertThat(read(1)).isEqualTo(JSON);
        assertThat(new String(requests.seal(1, JSON), StandardCharsets.ISO_8859_1))
                .doesNotContain("sea", "salmon");
    }

    @Test
    void whatIsInClearSinceBeforeIsRead() throws SQLException {
        store(1, JSON, null);
        assertThat(read(1)).isEqualTo(JSON);
    }

    @Test
    void anothersDoesNotOpen() throws SQLException {
        store(1, null, requests.seal(2, JSON));
        assertThatExceptionOfType(CannotOpen.class).isThrownBy(() -> read(1));
    }

    @Test
    void whatIsNotThereIsNull() throws SQLException {
        assertThat(read(1)).isNull();
    }

    private String read(long id) throws SQLException {
        return database.statement(connection -> requests.read(connection, id));
    }

    private void store(long id, String clear, byte[] sealed) throws SQLException {
        database.statement(connection -> {
            try (var insert =
                    connection.prepareStatement("insert into platform_task (id, task_id, account_id, platform,"
                            + " action, channel_id, status, submit_time, updated_at, quota, request, sealed_request)"
                            + " values (?, 'task', 1, 'suno', 'MUSIC', 1, 'NOT_START', 0, 0, 0, ?, ?)")) {
                insert.setLong(1, id);
                insert.setString(2, clear);
                insert.setBytes(3, sealed);
                return insert.executeUpdate();
            }
        });
    }

    private void execute(String sql) throws SQLException {
        database.statement(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }
}

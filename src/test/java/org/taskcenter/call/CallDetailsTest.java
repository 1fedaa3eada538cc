package org.taskcenter.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.Settings;
import org.taskcenter.secret.Keys;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.TestStore;

/** What of calls is stored sealed, and what becomes of those that do not open. */
class CallDetailsTest {
    private static final byte[] BODY = "<password>swordfish</password>".getBytes(StandardCharsets.UTF_8);
    private final Database database = new Database(TestStore.h2(10).pool());
    private Vault vault;

    @BeforeEach
    void agree(@TempDir Path home) throws Exception {
        vault = new Keys(database, Settings.read(Map.of("TASKCENTER_HOME", home.toString())::get)).agree();
    }

    @Test
    void addressesHeadersAndBodyComeBackAndAreNowhereInTheDatabase() throws SQLException {
        store(1, call(Map.of("Authorization", "Bearer tuna", "X-Ü", "ü"), BODY));
        CallDetails.Stored read = load(1).get(1L);
        assertThat(read.headers())
                .containsEntry("Authorization", "Bearer tuna")
                .containsEntry("X-Ü", "ü")
                .hasSize(2);
        assertThat(read.body()).isEqualTo(BODY);
        assertThat(read.url()).isEqualTo("http://example.org/?token=salmon");
        assertThat(read.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(read.retry()).isEqualTo(Retry.DEFAULT);
        assertThat(everything())
                .contains("INSERT INTO \"PUBLIC\".\"CALL\"")
                .doesNotContain("tuna", "swordfish", "salmon", "trout")
                .doesNotContainIgnoringCase(HexFormat.of().formatHex(BODY))
                .doesNotContainIgnoringCase(hex("salmon"))
                .doesNotContainIgnoringCase(hex("trout"));
    }

    @Test
    void callsOfEarlierVersionsWhoseAddressesAreInClearAreRead() throws SQLException {
        store(1, call(Map.of(), BODY));
        store(2, call(Map.of(), null));
        byte[] headers = "A: b".getBytes(StandardCharsets.UTF_8);
        assertThat(Headers.fromText("A: b")).containsExactly(Map.entry("A", "b"));
        byte[] packed = ByteBuffer.allocate(4 + headers.length + 1 + BODY.length)
                .putInt(headers.length)
                .put(headers)
                .put((byte) 1)
                .put(BODY)
                .array();
        execute("update call set url = 'http://old.example/' || task_id, content = null");
        database.statement(connection -> {
            try (var update = connection.prepareStatement("update call set content = ? where task_id = 1")) {
                update.setBytes(1, vault.seal(CallDetails.columns().get(0), 1, packed));
                return update.executeUpdate();
            }
        });
        Map<Long, CallDetails.Stored> read = load(1, 2);
        assertThat(read.get(1L).url()).isEqualTo("http://old.example/1");
        assertThat(read.get(1L).headers()).containsExactly(Map.entry("A", "b"));
        assertThat(read.get(1L).body()).isEqualTo(BODY);
        assertThat(read.get(2L).url()).isEqualTo("http://old.example/2");
        assertThat(read.get(2L).headers()).isEmpty();
        assertThat(read.get(2L).body()).isNull();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingAndEmptyAreNotTheSame() throws SQLException {
        store(1, call(Map.of(), null));
        store(2, call(Map.of(), new byte[0]));
        store(3, call(Map.of("A", "b"), null));
        Map<Long, CallDetails.Stored> read = load(1, 2, 3);
        assertThat(read.get(1L).body()).isNull();
        assertThat(read.get(1L).headers()).isEmpty();
        assertThat(read.get(2L).body()).isEmpty();
        assertThat(read.get(2L).headers()).isEmpty();
        assertThat(read.get(3L).body()).isNull();
        assertThat(read.get(3L).headers()).containsExactly(Map.entry("A", "b"));
    }

    @Test
    void aCallThatDoesNotOpenEndsAloneAndIsNotSent() throws SQLException {
        store(1, call(Map.of(), BODY));
        store(2, call(Map.of(), BODY));
        execute("update call set content = (select content from call where task_id = 1) where task_id = 2");
        List<Settlement> settled = new ArrayList<>();
        List<URI> sent = new ArrayList<>();
        CallRunner runner = new CallRunner(
                database,
                new H2Queue(),
                new CallDetails(vault),
                (request, done) -> {
                    sent.add(request.uri());
                    return () -> {};
                },
                1 << 20,
                Clock.systemUTC());
        runner.run(List.of(claim(1), claim(2)), settled::add);
        assertThat(sent).hasSize(1);
        assertThat(settled).singleElement().satisfies(settlement -> {
            assertThat(settlement.claim().id()).isEqualTo(2);
            assertThat(settlement.next()).isEqualTo(TaskState.FAILED);
            assertThat(settlement.attempt().code()).isEqualTo(500);
        });
    }

    private Map<Long, CallDetails.Stored> load(long... ids) throws SQLException {
        return new CallDetails(vault)
                .load(database, Arrays.stream(ids).boxed().toList())
                .calls();
    }

    private void store(long id, NewCall call) throws SQLException {
        database.transaction(connection -> new H2Queue()
                .add(
                        connection,
                        NewTasks.waiting(
                                new long[] {id},
                                new int[] {1},
                                List.of(draft(id)),
                                new CallDetails(vault).rows(new long[] {id}, List.of(call)))));
    }

    private static Draft draft(long id) {
        return new Draft(CallRunner.KIND, "ann", "c" + id, null, "http://example.org", 0, Duration.ZERO);
    }

    private static NewCall call(Map<String, String> headers, byte[] body) {
        return new NewCall(
                7,
                "ann",
                "c",
                null,
                URI.create("http://example.org/?token=salmon"),
                "POST",
                headers,
                body,
                Duration.ofSeconds(60),
                Retry.DEFAULT,
                false,
                Duration.ZERO,
                0,
                URI.create("https://back.example/?key=trout"));
    }

    private static Claim claim(long id) {
        return new Claim(id, CallRunner.KIND, "ann", "c" + id, 1, 0, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO);
    }

    private void execute(String sql) throws SQLException {
        database.statement(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    private String everything() throws SQLException {
        return database.statement(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("script")) {
                StringBuilder all = new StringBuilder();
                while (rows.next()) {
                    all.append(rows.getString(1)).append('\n');
                }
                return all.toString();
            }
        });
    }
}

package org.taskcenter.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.call.CallDetails;
import org.taskcenter.call.CallEnds;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.call.CallEnds.Found;
import org.taskcenter.call.CallStatus;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Successors;
import org.taskcenter.secret.Vault;
import org.taskcenter.secret.Vaults;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.TestStore;

/** What becomes of the ends of calls in the store, whatever the database. */
abstract class ReturnsContract {
    private static final String URL = "https://there.example:8443/back?a=b";
    private static final String ACCOUNTS_URL = "http://account.example/back";
    private static final long WITH_URL = 7;
    private static final long WITHOUT_URL = 8;

    private final List<Set<String>> told = new CopyOnWriteArrayList<>();
    Database database;
    private final Vault vault = Vaults.any();
    private PushDetails details;
    private ResultEnding ending;
    private long lastTask = 1_000_000_000;

    /** A database with the schema. */
    abstract TestStore store();

    @BeforeEach
    void begin() throws SQLException {
        database = new Database(store().pool());
        for (String table : List.of("push", "held", "listening", "attempt", "call", "task", "lane", "member")) {
            execute("delete from " + table);
        }
        execute("delete from account_from");
        execute("delete from account");
        account(WITH_URL, ACCOUNTS_URL);
        account(WITHOUT_URL, null);
        details = new PushDetails(vault);
        ending = ending(details);
    }

    private ResultEnding ending(PushDetails itsDetails) {
        Queue queue = store().queue();
        return new ResultEnding(
                new Successors<>(queue, new Ids(database), new Lanes(database, queue), itsDetails, new Announcer()),
                List.of(),
                new Addresses(vault),
                told::add);
    }

    @Test
    void whatHasAReturnPathIsPushedThere() throws SQLException {
        long call = call("acme", "one", WITH_URL, URL);

        end(call, "acme", 1, TaskState.FAILED);

        assertThat(rows("select t.kind, t.client, t.client_id, t.state, l.client, l.target, p.of_task, p.generation,"
                        + " p.state from push p join task t on t.id = p.task_id join lane l on l.id = t.lane"))
                .containsExactly(List.of(
                        "push",
                        "acme",
                        call + "_1",
                        "waiting",
                        "acme",
                        "there.example:8443",
                        String.valueOf(call),
                        "1",
                        "failed"));
        assertThat(pushed()).containsExactly(URL);
        assertThat(rows("select client from held")).isEmpty();
    }

    @Test
    void whatHasNoneGoesToTheAccountsUrl() throws SQLException {
        end(call("acme", "one", WITH_URL, null), "acme", 1, TaskState.SUCCEEDED);

        assertThat(pushed()).containsExactly(ACCOUNTS_URL);
        assertThat(rows("select client from held")).isEmpty();
    }

    @Test
    void whatHasNoAddressIsHeld() throws SQLException {
        long call = call("acme", "one", WITHOUT_URL, null);

        end(call, "acme", 2, TaskState.CANCELLED);

        assertThat(rows("select client, task_id, generation, state, account_id, member from held"))
                .containsExactly(Arrays.asList("acme", String.valueOf(call), "2", "cancelled", "" + WITHOUT_URL, null));
        assertThat(pushed()).isEmpty();
        assertThat(told).containsExactly(Set.of("acme"));
    }

    @Test
    void whoListensGetsItThereInPlaceOfTheAccountsUrl() throws SQLException {
        execute("insert into member values (1, 'here', 'alive', current_timestamp, current_timestamp)");
        execute("insert into member values (2, 'there', 'dead', current_timestamp, current_timestamp)");
        execute("insert into listening values ('acme', 1)");
        execute("insert into listening values ('gone', 2)");
        List<Ended> ended = List.of(
                ended(call("acme", "to the account", WITH_URL, null), "acme"),
                ended(call("acme", "to its own", WITH_URL, URL), "acme"),
                ended(call("gone", "of a dead member", WITH_URL, null), "gone"));

        end(ended);

        assertThat(rows("select client from held")).containsExactly(List.of("acme"));
        assertThat(rows("select t.client from push p join task t on t.id = p.task_id"))
                .containsExactlyInAnyOrder(List.of("acme"), List.of("gone"));
        assertThat(pushed()).containsExactlyInAnyOrder(URL, ACCOUNTS_URL);
    }

    /** What locks more than it takes reads more than it takes. */
    @Test
    void whoTakesHeldResultsForDeliveryLocksTheseAndNoOthers() throws SQLException {
        for (int task = 1; task <= 50; task++) {
            execute("insert into held (client, task_id, generation, state) values ('acme', " + task + ", 1, 'failed')");
        }

        List<List<String>> left = database.transaction(connection -> {
            assertThat(Held.pull(connection, store().isPostgres(), 1, "acme", 5))
                    .extracting(End::task)
                    .containsExactly(1L, 2L, 3L, 4L, 5L);
            return rows("select task_id from held for update skip locked");
        });

        assertThat(left).hasSize(45);
    }

    @Test
    void addressesAreNotStoredInClear() throws SQLException {
        end(call("acme", "one", WITH_URL, URL), "acme", 1, TaskState.FAILED);

        assertThat(rows("select return_path from call")).containsExactly(Collections.singletonList(null));
        assertThat(rows("select url from push")).containsExactly(Collections.singletonList(null));
        for (String sealed : List.of("return_address from call", "address from push")) {
            assertThat(new String(bytes("select " + sealed), StandardCharsets.ISO_8859_1))
                    .isNotEmpty()
                    .doesNotContain("there.example", "back", "a=b");
        }
    }

    @Test
    void addressesThatAreStoredInClearSinceBeforeAreUsed() throws SQLException {
        long call = call("acme", "one", WITH_URL, null);
        insert("update call set return_path = ? where task_id = ?", URL, call);
        end(call, "acme", 1, TaskState.FAILED);
        assertThat(pushed()).containsExactly(URL);

        insert("update push set address = null, url = ?", ACCOUNTS_URL);
        assertThat(pushed()).containsExactly(ACCOUNTS_URL);
    }

    @Test
    void aResultWhoseAddressDoesNotOpenIsHeldAndOthersGoOn() throws SQLException {
        long good = call("acme", "one", WITH_URL, URL);
        long bad = call("acme", "two", WITH_URL, URL);
        insert(
                "update call set return_address = (select return_address from call where task_id = ?)"
                        + " where task_id = ?",
                good,
                bad);

        end(List.of(ended(good, "acme"), ended(bad, "acme")));

        assertThat(rows("select of_task from push")).containsExactly(List.of("" + good));
        assertThat(rows("select task_id from held")).containsExactly(List.of("" + bad));
    }

    @Test
    void aPushWhoseAddressDoesNotOpenHasNone() throws SQLException {
        end(List.of(
                ended(call("acme", "one", WITH_URL, URL), "acme"), ended(call("acme", "two", WITH_URL, URL), "acme")));
        List<List<String>> ids = rows("select task_id from push order by task_id");
        execute("update push set address = (select address from push where task_id = "
                + ids.get(0).get(0) + ") where task_id = " + ids.get(1).get(0));

        assertThat(pushed()).containsExactlyInAnyOrder(URL, null);
    }

    @Test
    void whatIsNoCallIsLeftAlone() throws SQLException {
        end(List.of(new Ended(5, "push", "acme", 1, TaskState.SUCCEEDED)));
        end(List.of(new Ended(6, "call", "acme", 1, TaskState.SUCCEEDED)));

        assertThat(rows("select 1 from push")).isEmpty();
        assertThat(rows("select 1 from held")).isEmpty();
    }

    @Test
    void everyGenerationIsPushedOnceByANameOfItsOwn() throws SQLException {
        long call = call("acme", "one", WITH_URL, URL);

        end(call, "acme", 1, TaskState.FAILED);
        end(call, "acme", 2, TaskState.SUCCEEDED);

        assertThat(rows("select client_id from task where kind = 'push' order by client_id"))
                .containsExactly(List.of(call + "_1"), List.of(call + "_2"));
    }

    @Test
    void pushesAreReadBackByAnyMember() throws SQLException {
        List<Ended> ended = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ended.add(ended(call("acme", "n" + i, WITH_URL, URL), "acme"));
        }
        end(ended);
        List<Long> ids = rows("select task_id from push").stream()
                .map(row -> Long.valueOf(row.get(0)))
                .toList();

        Map<Long, Push> here = details.load(database, ids);
        Map<Long, Push> again = details.load(database, ids);
        Map<Long, Push> elsewhere = new PushDetails(vault).load(database, ids);

        assertThat(here).hasSize(300).isEqualTo(again).isEqualTo(elsewhere);
    }

    @Test
    void resultsAreThoseOfTheirGeneration() throws SQLException {
        long call = call("acme", "one", WITHOUT_URL, null);
        attempt(call, 1, 1, 500, "first try");
        attempt(call, 1, 2, 404, "no");
        attempt(call, 2, 1, 200, "yes");
        End first = new End(call, 1, TaskState.FAILED);
        End second = new End(call, 2, TaskState.SUCCEEDED);
        End third = new End(call, 3, TaskState.CANCELLED);

        Map<End, Found> found = read(List.of(first, second, third), 100);

        assertThat(found.get(first).status())
                .isEqualTo(new CallStatus("acme", "one", null, TaskState.FAILED, 404, "no", false));
        assertThat(found.get(second).status())
                .isEqualTo(new CallStatus("acme", "one", null, TaskState.SUCCEEDED, 200, "yes", false));
        assertThat(found.get(third).status().code()).isEqualTo(410);
        assertThat(found.values()).allMatch(Found::complete);
    }

    @Test
    void longBodiesAreLeftOut() throws SQLException {
        long call = call("acme", "one", WITHOUT_URL, null);
        attempt(call, 1, 1, 200, "é".repeat(60));
        End end = new End(call, 1, TaskState.SUCCEEDED);

        Found shortened = read(List.of(end), 100).get(end);
        Found whole = read(List.of(end), 120).get(end);

        assertThat(shortened.complete()).isFalse();
        assertThat(shortened.length()).isEqualTo(120);
        assertThat(shortened.status().body()).isNull();
        assertThat(whole.status().body()).hasSize(60);
    }

    @Test
    void whatIsNotKeptAnyMoreIsMissing() throws SQLException {
        assertThat(read(List.of(new End(99, 1, TaskState.SUCCEEDED)), 100)).isEmpty();
    }

    private Map<End, Found> read(List<End> ends, int longest) throws SQLException {
        return database.statement(connection -> CallEnds.read(connection, ends, longest));
    }

    private static Ended ended(long call, String client) {
        return new Ended(call, "call", client, 1, TaskState.SUCCEEDED);
    }

    private void end(long call, String client, int generation, TaskState state) throws SQLException {
        end(List.of(new Ended(call, "call", client, generation, state)));
    }

    private void end(List<Ended> ended) throws SQLException {
        database.transaction(connection -> ending.ended(connection, ended)).run();
    }

    long call(String client, String id, long account, String returnPath) throws SQLException {
        long task = ++lastTask;
        insert(
                "insert into task (id, kind, client, client_id, lane, rank, state, accepted_at, due_at, run_at)"
                        + " values (?, 'call', ?, ?, 1, 0, 'running', current_timestamp, current_timestamp,"
                        + " current_timestamp)",
                task,
                client,
                id);
        insert(
                "insert into call (task_id, method, timeout_ms, max_attempts, min_backoff_ms, max_backoff_ms,"
                        + " deadline_ms, unsafe, at_most_once, return_address, account_id)"
                        + " values (?, 'GET', 1, 1, 1, 1, 1, false, false, ?, ?)",
                task,
                vault.sealText(CallDetails.RETURN_ADDRESS, task, returnPath),
                account);
        return task;
    }

    private void attempt(long task, int generation, int number, int code, String body) throws SQLException {
        insert(
                "insert into attempt (task_id, generation, number, member, outcome, code, body, truncated, took_ms,"
                        + " ended_at) values (?, ?, ?, 1, 'done', ?, ?, false, 1, current_timestamp)",
                task,
                generation,
                number,
                code,
                body);
    }

    /** Where all pushes go, as another member reads it. */
    private List<String> pushed() throws SQLException {
        List<Long> ids = rows("select task_id from push").stream()
                .map(row -> Long.valueOf(row.get(0)))
                .toList();
        return new PushDetails(vault)
                .load(database, ids).values().stream().map(Push::url).toList();
    }

    private byte[] bytes(String sql) throws SQLException {
        return database.statement(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getBytes(1);
            }
        });
    }

    private void account(long id, String returnUrl) throws SQLException {
        insert(
                "insert into account (id, name, role, enabled, return_url, created_at)"
                        + " values (?, ?, 'user', true, ?, current_timestamp)",
                id,
                "account-" + id,
                returnUrl);
    }

    private void insert(String sql, Object... values) throws SQLException {
        database.statement(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    insert.setObject(i + 1, values[i]);
                }
                return insert.executeUpdate();
            }
        });
    }

    void execute(String sql) throws SQLException {
        database.statement(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    List<List<String>> rows(String sql) throws SQLException {
        return database.statement(connection -> rows(connection, sql));
    }

    private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<String>> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                all.add(row);
            }
            return all;
        }
    }
}

package org.taskcenter.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.taskcenter.store.Database;
import org.taskcenter.testing.TestStore;

/** Pages and totals are what one would find by looking at every task, whatever the database. */
abstract class ListsContract {
    private static final int TASKS = 500;
    private static final List<String> STATUSES = List.of("NOT_START", "QUEUED", "SUCCESS", "FAILURE");

    private final List<Listed> all = new ArrayList<>();
    private Database database;
    private Counts counts;
    private Lists lists;
    /** Enters every page at its block. */
    private Lists byBlocks;

    abstract TestStore store();

    @BeforeEach
    void begin() throws SQLException {
        database = new Database(store().pool());
        counts = new Counts(store().isPostgres());
        lists = new Lists(database, counts, store().isPostgres());
        byBlocks = new Lists(database, counts, store().isPostgres(), -1);
        for (String table : List.of("platform_task", "platform_count", "platform_change", "ledger", "account")) {
            execute("delete from " + table);
        }
        for (int account = 1; account <= 3; account++) {
            execute("insert into account (id, name, role, enabled, created_at) values (" + account + ", 'a" + account
                    + "', 'user', true, current_timestamp)");
        }
        Random random = new Random(7);
        for (int i = 0; i < TASKS; i++) {
            add(task(i, random));
            if (i == TASKS / 2) {
                database.transaction(counts::addUp);
            }
        }
        all.sort(Comparator.comparingLong(Listed::id).reversed());
    }

    @TestFactory
    Stream<DynamicTest> pages() {
        return Stream.of(
                given("all", Filter.ALL, task -> true),
                given("of an account", Filter.of(1), task -> task.account() == 1),
                given("of an account without any", Filter.of(9), task -> false),
                given("of what stands for all accounts", Filter.of(Counts.EVERYBODY), task -> false),
                given(
                        "platform",
                        Filter.ALL.withPlatform("other"),
                        task -> task.platform().equals("other")),
                given(
                        "action",
                        Filter.ALL.withAction("lyrics"),
                        task -> task.action().equals("lyrics")),
                given(
                        "song is music",
                        Filter.of(2).withAction("song"),
                        task -> task.account() == 2 && List.of("song", "music").contains(task.action())),
                given("channel", Filter.ALL.withChannel(2L), task -> task.channel() == 2),
                given(
                        "status",
                        Filter.of(1).withStatus("SUCCESS"),
                        task -> task.account() == 1 && task.status().equals("SUCCESS")),
                given("nothing", Filter.ALL.withPlatform("none"), task -> false),
                given(
                        "all at once",
                        Filter.of(1)
                                .withPlatform("suno")
                                .withAction("lyrics")
                                .withChannel(1L)
                                .withStatus("QUEUED"),
                        task -> task.account() == 1
                                && task.platform().equals("suno")
                                && task.action().equals("lyrics")
                                && task.channel() == 1
                                && task.status().equals("QUEUED")),
                given(
                        "name",
                        Filter.of(1).withTaskId("task_7", false),
                        task -> task.account() == 1 && task.taskId().equals("task_7")),
                given(
                        "the third party's name",
                        Filter.ALL.withTaskId("theirs_7", true),
                        task -> "theirs_7".equals(task.upstreamId())),
                given("not theirs for users", Filter.ALL.withTaskId("theirs_7", false), task -> false),
                given("since", Filter.ALL.between(1_100L, null), task -> task.submitTime() >= 1_100),
                given(
                        "until",
                        Filter.of(3).between(null, 1_200L),
                        task -> task.account() == 3 && task.submitTime() <= 1_200),
                given(
                        "between, with a status",
                        Filter.ALL.between(1_100L, 1_200L).withStatus("FAILURE"),
                        task -> task.submitTime() >= 1_100
                                && task.submitTime() <= 1_200
                                && task.status().equals("FAILURE")));
    }

    private DynamicTest given(String name, Filter filter, Predicate<Listed> matching) {
        return DynamicTest.dynamicTest(name, () -> {
            List<Listed> expected = all.stream().filter(matching).toList();
            for (int size : List.of(1, 7, 100)) {
                int last = expected.size() / size + 2;
                for (int page = 1; page <= last; page += size == 1 ? 13 : 1) {
                    int begin = Math.min((page - 1) * size, expected.size());
                    List<Listed> shown = expected.subList(begin, Math.min(begin + size, expected.size()));
                    assertThat(lists.page(filter, page, size)).isEqualTo(new Page(shown, expected.size()));
                    assertThat(byBlocks.page(filter, page, size)).isEqualTo(new Page(shown, expected.size()));
                }
            }
            assertThat(lists.page(filter, 1L << 40, 100).tasks()).isEmpty();
        });
    }

    @Test
    void aTaskIsShownAsItIs() throws SQLException {
        Listed newest = lists.page(Filter.ALL, 1, 1).tasks().get(0);
        assertThat(newest).isEqualTo(all.get(0));
        assertThat(newest.user()).startsWith("a");
    }

    @Test
    void longDataIsLeftOut() throws SQLException {
        String name = "'" + all.get(0).taskId() + "'";
        String umlauts = Integer.toString((Listed.SHORT - 2) / 2);
        execute("update platform_task set data = '\"' || repeat('\u00e4', " + umlauts + ") || '\"' where task_id = "
                + name);
        assertThat(lists.page(Filter.ALL, 1, 1).tasks().get(0).data()).hasSize(Listed.SHORT / 2 + 1);
        execute("update platform_task set data = '[' || data || ']' where task_id = " + name);
        assertThat(lists.page(Filter.ALL, 1, 1).tasks().get(0).data()).isNull();
    }

    @Test
    void theConnectionIsAsItWasAfterwards() throws SQLException {
        lists.page(Filter.ALL, 1, 1);
        try (Connection connection = store().pool().getConnection()) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(connection.isReadOnly()).isFalse();
        }
    }

    /** In some blocks and spans, with most in the middle, few in the first and the last ones, and none in some. */
    private static long id(long number) {
        long distance = 16 * (number / 2) * (number / 2);
        return 1_100_000 + (number % 2 == 0 ? distance : -1 - distance);
    }

    private static Listed task(int i, Random random) {
        long account = 1 + random.nextInt(3);
        return new Listed(
                id((i * 37) % TASKS),
                "task_" + i,
                random.nextInt(4) == 0 ? "other" : "suno",
                account,
                "a" + account,
                1 + random.nextInt(2),
                random.nextBoolean() ? "theirs_" + i : null,
                random.nextInt(100),
                List.of("song", "lyrics", "music").get(random.nextInt(3)),
                STATUSES.get(random.nextInt(STATUSES.size())),
                "",
                1_000 + random.nextInt(300),
                0,
                0,
                1_400,
                "10%",
                "{}",
                "{\"a\":" + i + "}");
    }

    private void add(Listed task) throws SQLException {
        all.add(task);
        database.transaction(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into platform_task (id, task_id, platform, account_id,"
                            + " channel_id, upstream_id, quota, action, status, fail_reason, submit_time, start_time,"
                            + " finish_time, updated_at, progress, properties, data, request)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}')")) {
                Object[] values = {
                    task.id(),
                    task.taskId(),
                    task.platform(),
                    task.account(),
                    task.channel(),
                    task.upstreamId(),
                    task.quota(),
                    task.action(),
                    task.status(),
                    task.failReason(),
                    task.submitTime(),
                    task.startTime(),
                    task.finishTime(),
                    task.updatedAt(),
                    task.progress(),
                    task.properties(),
                    task.data()
                };
                for (int i = 0; i < values.length; i++) {
                    insert.setObject(i + 1, values[i]);
                }
                insert.executeUpdate();
            }
            counts.add(
                    connection,
                    List.of(new Change(
                            new Group(task.account(), task.platform(), task.action(), task.channel(), task.status()),
                            task.id(),
                            1)));
            return null;
        });
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = store().pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package org.taskcenter.ansible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.taskcenter.ansible.FakePlaybooks.Played;
import org.taskcenter.task.Queue;
import org.taskcenter.testing.TestStore;

/** A database, members with a playbook program that is played, and what tests of runs need besides. */
abstract class RunsStage {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Work TASKS = new Work(Work.Kind.TASKS, "[{\"ping\":null}]");
    static final AtomicInteger NAMES = new AtomicInteger();

    final List<AnsibleMember> members = new ArrayList<>();
    AnsibleMember member;
    private final TestStore store;

    RunsStage(TestStore store) {
        this.store = store;
    }

    JdbcConnectionPool pool() {
        return store.pool();
    }

    Queue queue() {
        return store.queue();
    }

    @BeforeEach
    void begin() throws SQLException {
        for (String table : List.of(
                "run_log", "ansible_share", "ansible_node", "ansible_run", "attempt", "task", "lane", "member")) {
            execute("delete from " + table);
        }
        member = start();
    }

    @AfterEach
    void close() {
        members.forEach(each -> each.playbooks.all().forEach(Played::stop));
        members.forEach(AnsibleMember::close);
    }

    AnsibleMember start() throws SQLException {
        AnsibleMember started = new AnsibleMember(pool(), queue(), Duration.ofSeconds(2), 100_000);
        members.add(started);
        return started;
    }

    static NewRun run(int nodes) {
        return of("orion", null, false, nodes, 0);
    }

    static NewRun of(String source, String name, boolean parallel, int nodes, int retries) {
        return of(source, name, parallel, nodes, retries, 5);
    }

    static NewRun of(String source, String name, boolean parallel, int nodes, int retries, int forks) {
        return new NewRun(
                name == null ? "run-" + NAMES.incrementAndGet() : name,
                source,
                "1-1",
                parallel,
                AnsibleMember.nodes(nodes),
                TASKS,
                "{\"secret\":\"hidden\"}",
                "root",
                forks,
                retries,
                false,
                List.of(),
                List.of(),
                Duration.ofHours(1));
    }

    RunView view(long id) throws SQLException {
        return member.runs.find(id, null, source -> true).orElseThrow();
    }

    void awaitStatus(long id, Status status) {
        patiently().untilAsserted(() -> assertThat(view(id).status()).isEqualTo(status));
    }

    static ConditionFactory patiently() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    void beDue() throws SQLException {
        execute("update task set run_at = current_timestamp where state = 'waiting' and kind = 'run'");
        member.dispatcher.look();
    }

    static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<String> counts() throws SQLException {
        List<String> counts = new ArrayList<>();
        for (String table : List.of("task", "ansible_run", "ansible_node", "ansible_share")) {
            counts.add(table + " " + number("select count(*) from " + table));
        }
        return counts;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return Math.round(row.getDouble(1));
        }
    }

    String text(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    byte[] bytes(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBytes(1);
        }
    }
}

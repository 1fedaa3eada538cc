package org.taskcenter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.PostgresServer.Stop;

class PostgresServerTest {

    @Test
    void writesThroughToTheDisk() throws SQLException {
        assertThat(ask(PostgresServer.shared(), "show fsync")).isEqualTo("on");
        assertThat(ask(PostgresServer.shared(), "show synchronous_commit")).isEqualTo("on");
    }

    @Test
    void createsAnEmptyDatabaseEachTime() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        for (int time = 0; time < 2; time++) {
            String url = server.createDatabase("again");
            try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("create table only_once (id int)");
            }
        }
    }

    @Test
    void keepsDataAndPortAcrossACrash() throws SQLException {
        try (PostgresServer server = new PostgresServer().start()) {
            String url = server.jdbcUrl("postgres");
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("create table kept as select 'still here' as word");
            }
            server.stop(Stop.IMMEDIATE);
            assertThatThrownBy(() -> server.connect("postgres")).isInstanceOf(SQLException.class);

            server.start();

            assertThat(server.jdbcUrl("postgres")).isEqualTo(url);
            assertThat(ask(server, "select word from kept")).isEqualTo("still here");
        }
    }

    @Test
    void endsWithItsJvmEvenIfFrozen() throws IOException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader words = jvm.inputReader();
        List<ProcessHandle> processes = Stream.of(words.readLine().split(" "))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .toList();
        assertThat(processes).isNotEmpty().allMatch(ProcessHandle::isAlive);

        jvm.destroyForcibly();

        await().atMost(Duration.ofSeconds(30)).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Starts a server, prints its process ids in one line and waits to be killed. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] args) throws InterruptedException {
            PostgresServer server = new PostgresServer().start();
            List<Long> ids = server.processIds();
            server.freeze(); // the harder case
            System.out.println(ids.stream().map(String::valueOf).collect(Collectors.joining(" ")));
            new CountDownLatch(1).await();
        }
    }

    private static String ask(PostgresServer server, String question) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return rows.getString(1);
        }
    }
}

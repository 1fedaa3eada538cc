package org.taskcenter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.config.Secret;

class BackupsTest {
    private static final Instant BEGIN = Instant.parse("2030-01-31T09:00:00Z");

    @TempDir
    Path home;

    @Test
    void theNewestAreKeptAndCanBeOpened() throws Exception {
        String url = "jdbc:h2:file:" + home.resolve("taskcenter");
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
        List<Path> taken = new ArrayList<>();
        try {
            Database database = new Database(pool);
            database.statement(connection -> execute(connection, "create table note (number int)"));
            for (int i = 0; i < Backups.KEPT + 2; i++) {
                int number = i;
                database.statement(connection -> execute(connection, "insert into note values (" + number + ")"));
                Clock clock = Clock.fixed(BEGIN.plus(Duration.ofMinutes(i)), ZoneOffset.UTC);
                taken.add(new Backups(database, settings(url), home, clock)
                        .take()
                        .orElseThrow()
                        .file());
            }
        } finally {
            pool.dispose();
        }
        try (Stream<Path> left = Files.list(home.resolve("backups"))) {
            assertThat(left).containsExactlyInAnyOrderElementsOf(taken.subList(2, taken.size()));
        }
        Path last = taken.get(taken.size() - 1);
        assertThat(last.getFileName()).hasToString("taskcenter-20300131T090600.000Z.zip");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(last)))
                .isEqualTo("rw-------");
        assertThat(notesIn(taken.get(3))).isEqualTo(4);
    }

    private int notesIn(Path archive) throws Exception {
        Path fresh = Files.createDirectory(home.resolve("fresh"));
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Files.copy(zip.getInputStream(zip.getEntry("taskcenter.mv.db")), fresh.resolve("taskcenter.mv.db"));
        }
        try (Connection connection =
                        DriverManager.getConnection("jdbc:h2:file:" + fresh.resolve("taskcenter"), "sa", "");
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from note")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static DatabaseSettings settings(String url) {
        return new DatabaseSettings(
                url, "sa", new Secret(""), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(5));
    }
}

package org.taskcenter.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.store.PlainDataSource;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

/** A database that has counted by blocks alone counts by spans as well, of what it had already and of what is not added up yet. */
class SpansMigrationTest {
    @Test
    void onPostgres() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        spansAreMadeOfBlocks(PlainDataSource.patient(Pool.settings(server, server.createDatabase())), true);
    }

    @Test
    void onH2() throws SQLException {
        spansAreMadeOfBlocks(Pool.h2("spans", 2), false);
    }

    private static void spansAreMadeOfBlocks(DataSource source, boolean postgres) throws SQLException {
        migrate(source, postgres, "15");
        Database database = new Database(source);
        Counts counts = new Counts(postgres);
        String insert =
                "insert into platform_count (account_id, block, platform, action, channel_id, status, amount) values ";
        execute(
                database,
                insert + "(-1, 0, 'suno', 'song', 1, 'SUCCESS', 3), (-1, 19, 'suno', 'song', 1, 'SUCCESS', 4)");
        execute(
                database,
                insert + "(-1, 20, 'suno', 'song', 1, 'SUCCESS', 5), (-1, 20, 'suno', 'song', 2, 'QUEUED', 6)");
        database.transaction(connection -> {
            Group group = new Group(1, "suno", "song", 1, "SUCCESS");
            counts.add(connection, List.of(new Change(group, 39 * Counts.BLOCK, 1), new Change(group, 7, 1)));
            return null;
        });

        migrate(source, postgres, "16");

        assertThat(spans(database)).containsExactly("0 1 SUCCESS 7", "1 1 SUCCESS 5", "1 2 QUEUED 6");
        database.transaction(counts::addUp);
        assertThat(spans(database)).containsExactly("0 1 SUCCESS 8", "1 1 SUCCESS 6", "1 2 QUEUED 6");
    }

    private static void migrate(DataSource source, boolean postgres, String version) {
        Flyway.configure()
                .dataSource(source)
                .locations(postgres ? "classpath:db/postgresql" : "classpath:db/h2")
                .target(version)
                .load()
                .migrate();
    }

    private static List<String> spans(Database database) throws SQLException {
        return database.statement(connection -> {
            List<String> spans = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    var rows =
                            statement.executeQuery("select block || ' ' || channel_id || ' ' || status || ' ' || amount"
                                    + " from platform_count where account_id = -2 order by block, channel_id")) {
                while (rows.next()) {
                    spans.add(rows.getString(1));
                }
            }
            return spans;
        });
    }

    private static void execute(Database database, String sql) throws SQLException {
        database.transaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
            }
        });
    }
}

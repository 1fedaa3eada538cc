package org.taskcenter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.config.Settings;
import org.taskcenter.testing.PostgresServer;

class PlainDataSourceTest {
    private static DatabaseSettings settings(String suffix) {
        PostgresServer server = PostgresServer.shared();
        String url = server.createDatabase();
        return settings(server, url + (suffix.isEmpty() ? "" : (url.contains("?") ? "&" : "?") + suffix));
    }

    private static DatabaseSettings settings(PostgresServer server, String url) {
        return Settings.read(Map.of(
                        "TASKCENTER_DB_URL",
                        url,
                        "TASKCENTER_SECRET_KEY",
                        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
                        "TASKCENTER_DB_USER",
                        server.user(),
                        "TASKCENTER_DB_PASSWORD",
                        server.password())::get)
                .database();
    }

    private static String ask(PlainDataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void theImpatientOnesLimitWhatCanHang() throws SQLException {
        PlainDataSource source = PlainDataSource.impatient(settings(""));
        assertThat(ask(source, "show statement_timeout")).isEqualTo("10s");
        assertThat(ask(source, "show lock_timeout")).isEqualTo("5s");
        assertThat(ask(source, "show idle_in_transaction_session_timeout")).isEqualTo("20s");
        assertThat(ask(source, "show application_name")).isEqualTo("taskcenter");
    }

    @Test
    void thePatientOnesDoNot() throws SQLException {
        assertThat(ask(PlainDataSource.patient(settings("")), "show statement_timeout"))
                .isEqualTo("0");
    }

    @Test
    void theUrlHasTheLastWord() throws SQLException {
        assertThat(ask(PlainDataSource.impatient(settings("ApplicationName=mine")), "show application_name"))
                .isEqualTo("mine");
    }

    @Test
    void aCommitOnH2IsOnDiskBeforeItReturns(@TempDir Path home) throws SQLException {
        PlainDataSource source = PlainDataSource.impatient(
                Settings.read(Map.of("TASKCENTER_HOME", home.toString())::get).database());
        String setting = "select setting_value from information_schema.settings where setting_name = ";
        assertThat(ask(source, setting + "'WRITE_DELAY'")).isEqualTo("0");
    }

    @Test
    void aDatabaseThatRefusesUsIsNotWaitedFor() {
        DatabaseSettings unknown = Settings.read(Map.of(
                        "TASKCENTER_DB_URL", PostgresServer.shared().jdbcUrl("nobody_made_this"),
                        "TASKCENTER_SECRET_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
                        "TASKCENTER_DB_USER", PostgresServer.shared().user(),
                        "TASKCENTER_DB_PASSWORD", PostgresServer.shared().password())::get)
                .database();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> new ConfiguredDataSource(unknown).getConnection())
                .withMessageContaining("nobody_made_this")
                .withMessageContaining("Check TASKCENTER_DB_URL")
                .withMessageNotContaining("\n");
    }

    @Test
    void aDatabaseThatIsNotUpYetIsWaitedFor() throws SQLException, InterruptedException {
        try (PostgresServer server = new PostgresServer().start()) {
            DatabaseSettings settings = settings(server, server.createDatabase());
            server.stop(PostgresServer.Stop.FAST);
            Thread starting = new Thread(server::start);
            starting.start();
            new Migration(settings).run();
            assertThat(ask(new ConfiguredDataSource(settings), "select count(*) from task"))
                    .isEqualTo("0");
            starting.join();
        }
    }

    @Test
    void theEmbeddedDatabaseOfAnotherCentreIsNotWaitedFor(@TempDir Path home) throws Exception {
        DatabaseSettings settings =
                Settings.read(Map.of("TASKCENTER_HOME", home.toString())::get).database();
        java.lang.Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        settings.url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("open");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> new ConfiguredDataSource(settings).getConnection())
                    .withMessageContaining("Only one centre at a time");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    /** Another process that has the embedded database open. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (Connection connection = new org.h2.Driver().connect(arguments[0], new java.util.Properties())) {
                System.out.println("open");
                System.in.read();
                connection.clearWarnings();
            }
        }
    }
}

package org.taskcenter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String COMMAND =
            "a command with its arguments, each quote closed;" + " the program's absolute path, or its name in PATH";
    private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private static Settings read(String... keysAndValues) {
        Map<String, String> given = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            given.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return Settings.read(given::get);
    }

    @Test
    void everythingHasADefault() {
        Settings settings = read();
        assertThat(settings.bind()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.home()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(settings.adminToken()).isEmpty();
        assertThat(settings.allowTargets()).isEmpty();
        assertThat(settings.trustedSources()).isEmpty();
        assertThat(settings.trustedProxies()).isEmpty();
        assertThat(settings.heartbeat()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.stopWork()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.maxRunning()).isEqualTo(1024);
        assertThat(settings.pollInterval()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.laneRunning()).isEqualTo(256);
        assertThat(settings.maxWaiting()).isEqualTo(5_000_000);
        assertThat(settings.ansible())
                .isEqualTo(new AnsibleSettings(
                        Optional.empty(), Optional.empty(), AnsibleSettings.HostKeys.ACCEPT_NEW, List.of(), 50));
    }

    @Test
    void blankIsTheDefaultToo() {
        assertThat(read("TASKCENTER_HTTP_PORT", " ").port()).isEqualTo(8080);
    }

    @Test
    void theEmbeddedDatabaseKeepsWhatItAcknowledged(@TempDir Path home) {
        DatabaseSettings database = read("TASKCENTER_HOME", home.toString()).database();
        assertThat(database.isPostgresql()).isFalse();
        assertThat(database.url())
                .startsWith("jdbc:h2:file:" + home.resolve("taskcenter"))
                .contains(";WRITE_DELAY=0")
                .contains(";DB_CLOSE_ON_EXIT=FALSE");
        assertThat(read("TASKCENTER_DB_URL", "jdbc:h2:mem:x").database().url()).contains(";WRITE_DELAY=0");
    }

    @Test
    void timesOfTheDatabaseFollowTheLease() {
        DatabaseSettings database = read(
                        "TASKCENTER_DB_URL", "jdbc:postgresql://db.example:5432/centre",
                        "TASKCENTER_SECRET_KEY", KEY,
                        "TASKCENTER_LEASE_SECONDS", "3",
                        "TASKCENTER_HEARTBEAT_SECONDS", "0.5")
                .database();
        assertThat(database.isPostgresql()).isTrue();
        assertThat(database.user()).isEqualTo("taskcenter");
        assertThat(database.idleInTransaction()).isEqualTo(Duration.ofSeconds(2));
        assertThat(database.lockTimeout()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void rangesAreSeparatedByCommas() {
        assertThat(read("TASKCENTER_ALLOW_TARGETS", "127.0.0.0/8, fd00::/8,").allowTargets())
                .isEqualTo(List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("fd00::/8")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TASKCENTER_HTTP_PORT | abc | a whole number from 1 to 65535",
                "TASKCENTER_HTTP_PORT | 65536 | a whole number from 1 to 65535",
                "TASKCENTER_BIND | a b | an address of this machine, or 0.0.0.0 for all",
                "TASKCENTER_DB_URL | jdbc:mysql://x/y | jdbc:postgresql://host:port/database, or nothing for the embedded database",
                "TASKCENTER_ALLOW_TARGETS | 10.0.0.0/33 | address ranges separated by commas, such as 127.0.0.0/8,fd00::/8",
                "TASKCENTER_TRUSTED_SOURCES | office | address ranges separated by commas, such as 127.0.0.0/8,fd00::/8",
                "TASKCENTER_TRUSTED_PROXIES | 10.0.0.1/x | address ranges separated by commas, such as 127.0.0.0/8,fd00::/8",
                "TASKCENTER_LEASE_SECONDS | 0 | seconds, more than 0 (decimals such as 0.5 are allowed)",
                "TASKCENTER_LEASE_SECONDS | 1h | seconds, more than 0 (decimals such as 0.5 are allowed)",
                "TASKCENTER_HEARTBEAT_SECONDS | 16 | at most half of TASKCENTER_LEASE_SECONDS",
                "TASKCENTER_STOP_WORK_SECONDS | 31 | at most TASKCENTER_LEASE_SECONDS",
                "TASKCENTER_MAX_RUNNING | -1 | a whole number from 1 to 100000",
                "TASKCENTER_ANSIBLE_PRIVATE_KEY | /nowhere/key | a file that can be read",
                "TASKCENTER_ANSIBLE_KEY_URL | ftp://keys/ | an http or https URL",
                "TASKCENTER_ANSIBLE_HOST_KEYS | no | accept-new, strict or off",
                "TASKCENTER_ANSIBLE_WRAPPER | env \" | " + COMMAND,
                "TASKCENTER_ANSIBLE_WRAPPER | /nonexistent/env | " + COMMAND,
                "TASKCENTER_ANSIBLE_WRAPPER | /etc/passwd | " + COMMAND,
                "TASKCENTER_ANSIBLE_WRAPPER | /etc -- | " + COMMAND,
                "TASKCENTER_ANSIBLE_WRAPPER | ./env | " + COMMAND,
                "TASKCENTER_ANSIBLE_WRAPPER | no-such-program -- | " + COMMAND,
                "TASKCENTER_ANSIBLE_WRAPPER | \"\" x | " + COMMAND,
                "TASKCENTER_MAX_FORKS | 0 | a whole number from 1 to 1000",
            })
    void aWrongValueIsOneLine(String key, String value, String expected) {
        assertThatExceptionOfType(WrongSetting.class)
                .isThrownBy(() -> read(key, value))
                .withMessage(key + "=" + value + ": expected " + expected);
    }

    @Test
    void howPlaybooksAreRun(@TempDir Path folder) throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "");
        AnsibleSettings ansible = read(
                        "TASKCENTER_ANSIBLE_PRIVATE_KEY", key.toString(),
                        "TASKCENTER_ANSIBLE_KEY_URL", "https://keys.example/of/",
                        "TASKCENTER_ANSIBLE_HOST_KEYS", "strict",
                        "TASKCENTER_ANSIBLE_WRAPPER", "env A='b c' \"d \\\" e\" f\\ g ''",
                        "TASKCENTER_MAX_FORKS", "7")
                .ansible();
        assertThat(ansible)
                .isEqualTo(new AnsibleSettings(
                        Optional.of(key),
                        Optional.of(URI.create("https://keys.example/of/")),
                        AnsibleSettings.HostKeys.STRICT,
                        List.of("env", "A=b c", "d \" e", "f g", ""),
                        7));
    }

    @Test
    void aWrapperIsAProgramByItsPathOrInPath(@TempDir Path folder) throws IOException {
        Path program = Files.writeString(folder.resolve("my wrapper"), "");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(read("TASKCENTER_ANSIBLE_WRAPPER", "'" + program + "' -x")
                        .ansible()
                        .wrapper())
                .containsExactly(program.toString(), "-x");
        assertThat(read("TASKCENTER_ANSIBLE_WRAPPER", "env").ansible().wrapper())
                .containsExactly("env");
    }

    @Test
    void aHomeThatCannotBeMadeIsWrong(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatExceptionOfType(WrongSetting.class)
                .isThrownBy(() -> read("TASKCENTER_HOME", file.resolve("home").toString()))
                .withMessageStartingWith("TASKCENTER_HOME=" + file);
    }

    @Test
    void lineBreaksStayOutOfTheLine() {
        assertThatExceptionOfType(WrongSetting.class)
                .isThrownBy(() -> read("TASKCENTER_HTTP_PORT", "1\n2"))
                .withMessageNotContaining("\n");
    }

    @Test
    void secretsAreNotShown() {
        Settings settings = read(
                "TASKCENTER_ADMIN_TOKEN", "sk-very-secret",
                "TASKCENTER_DB_URL", "jdbc:postgresql://h/d?password=hidden",
                "TASKCENTER_SECRET_KEY", KEY,
                "TASKCENTER_DB_PASSWORD", "swordfish");
        assertThat(settings.adminToken()).contains(new Secret("sk-very-secret"));
        assertThat(settings.toString()).doesNotContain("very-secret", "swordfish", "hidden", KEY);
        assertThatExceptionOfType(WrongSetting.class)
                .isThrownBy(() -> read("TASKCENTER_ADMIN_TOKEN", "short"))
                .withMessageNotContaining("short");
        assertThatExceptionOfType(WrongSetting.class)
                .isThrownBy(() -> read("TASKCENTER_DB_URL", "jdbc:mysql://h/d?password=hidden"))
                .withMessageNotContaining("hidden");
    }

    @Test
    void postgresqlNeedsASecretKey() {
        assertThat(read().secretKeys()).isEqualTo(new KeySettings(Optional.empty(), Optional.empty()));
        assertThatExceptionOfType(WrongSetting.class)
                .isThrownBy(() -> read("TASKCENTER_DB_URL", "jdbc:postgresql://h/d"))
                .withMessageStartingWith("TASKCENTER_SECRET_KEY=: expected 32 bytes in base64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2hvcnQ=", "no base64 at all", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy"})
    void aSecretKeyHas32BytesAndIsNotShown(String key) {
        for (String name : List.of("TASKCENTER_SECRET_KEY", "TASKCENTER_SECRET_KEY_OLD")) {
            assertThatExceptionOfType(WrongSetting.class)
                    .isThrownBy(() -> read(name, key))
                    .withMessageStartingWith(name + "=(secret): expected 32 bytes in base64")
                    .withMessageNotContaining(key);
        }
    }

    @Test
    void everyKeyIsExplained() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/main/resources/META-INF/microprofile-config.properties"));
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty() && !lines.get(i).startsWith("#")) {
                assertThat(lines.get(i - 1)).as(lines.get(i)).startsWith("# ");
            }
        }
    }
}

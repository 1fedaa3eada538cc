package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.Reply;

/** What {@code ./taskcenter run} says and leaves behind. */
class LauncherIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static List<String> failure(Centre.Setup setup) {
        try (Centre centre = setup.idle()) {
            centre.launch();
            assertThat(centre.awaitEnd(SOON)).isNotZero();
            return centre.output();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TASKCENTER_HTTP_PORT, none",
        "TASKCENTER_BIND, 192.0.2.1",
        "TASKCENTER_HOME, /dev/null/home",
        "TASKCENTER_DB_URL, jdbc:mysql://localhost/x",
        "TASKCENTER_ALLOW_TARGETS, everything",
        "TASKCENTER_LEASE_SECONDS, -1"
    })
    void aWrongValueEndsTheStartWithOneLine(String key, String value) {
        assertThat(failure(Centre.setup().with(key, value)))
                .singleElement()
                .asString()
                .contains(key + "=" + value + ": expected ");
    }

    @Test
    void aPortInUseEndsTheStartWithOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(failure(Centre.setup().with("TASKCENTER_HTTP_PORT", port)))
                    .singleElement()
                    .asString()
                    .contains("TASKCENTER_HTTP_PORT=" + port);
        }
    }

    /** Whoever is told that there is nothing believes that his task is lost. */
    @Test
    void nobodyIsAnsweredBeforeTheCentreCan() {
        try (Centre centre = Centre.setup().idle()) {
            centre.launch();
            Reply first = await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreException(UncheckedIOException.class)
                    .until(() -> new ChannelClient(centre.baseUri(), "sk-nobodys").send("check", "{}"), reply -> true);
            assertThat(first.status()).isEqualTo(401);
            assertThat(first.at("/code").intValue()).isEqualTo(-1);
            centre.awaitReady();
        }
    }

    @Test
    void aDatabaseThatRefusesUsEndsTheStartedServer(@TempDir Path home) throws IOException {
        Files.writeString(home.resolve("taskcenter.mv.db"), "this is no database");
        assertThat(failure(Centre.setup().in(home)))
                .last()
                .asString()
                .contains("cannot start: The database at jdbc:h2:file:" + home);
    }

    @Test
    void saysWhereItIsAndNothingElseAndEndsInOrder(@TempDir Path home) {
        try (Centre centre = Centre.setup()
                .in(home)
                .with("TASKCENTER_ADMIN_TOKEN", "")
                .with("TASKCENTER_BIND", " 127.0.0.1 ")
                .start()) {
            assertThat(failure(Centre.setup().in(home)))
                    .singleElement()
                    .asString()
                    .contains("another centre runs with TASKCENTER_HOME=" + home);
            centre.sigterm();
            assertThat(centre.awaitEnd(SOON)).isEqualTo(128 + 15);
            List<String> output = centre.output();
            assertThat(output)
                    .contains("Task Center runs at " + centre.baseUri() + "/")
                    .anyMatch(line -> line.contains("data") && line.contains(home.toString()))
                    .anyMatch(line -> line.contains("administrator  sk-") && line.contains("not shown again"))
                    .allMatch(line -> line.matches(
                            "(\\d{4}-\\d\\d-\\d\\d \\S+ [A-Z]+ TC\\d{5}: .*|Task Center runs at .*|  \\S+ .*)"));
            assertThat(output.get(output.size() - 1)).contains("Stopped");
        }
    }
}

package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.StubTarget;

/** Backups that are taken while tasks come in and are worked on hold all that was acknowledged before, and can be gone on with. */
class BackupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String CLIENT = "shop";
    private static final int SOME = 500;

    @TempDir
    Path folder;

    private final StubTarget target = StubTarget.start();

    @BeforeEach
    void begin() {
        target.on("/call", Answer.of(200, "done"));
    }

    @AfterEach
    void end() {
        target.close();
    }

    @Test
    void embedded() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path fresh = Files.createDirectory(folder.resolve("fresh"));
        try (Centre centre = Centre.setup().in(home).start()) {
            Load load = new Load(centre);
            Set<String> before = load.awaitSome();

            Reply reply = centre.admin().send("POST", "/backup", null);

            assertThat(reply.status()).isEqualTo(201);
            load.stop();
            centre.kill9();
            restore(Path.of(reply.at("/data/file").asText()), home, fresh);
            goOn(Centre.setup().in(fresh), load.token(), before);
        }
    }

    /** As docs/operations.md says: the archive's file into the new home, and whatever lies beside the database but not its lock files. */
    private static void restore(Path archive, Path home, Path fresh) throws IOException {
        try (InputStream in = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(in)) {
            ZipEntry entry = zip.getNextEntry();
            assertThat(entry.getName()).isEqualTo("taskcenter.mv.db");
            Files.copy(zip, fresh.resolve("taskcenter.mv.db"));
            assertThat(zip.getNextEntry()).isNull();
        }
        Path key = home.resolve("secret.key");
        if (Files.exists(key)) {
            Files.copy(key, fresh.resolve("secret.key"));
        }
    }

    @Test
    void postgresql() throws Exception {
        PostgresServer server = PostgresServer.shared();
        server.createDatabase("backup_from");
        server.createDatabase("backup_to");
        Path dump = folder.resolve("taskcenter.dump");
        try (Centre centre = Centre.setup().on(server, "backup_from").start()) {
            Load load = new Load(centre);
            Set<String> before = load.awaitSome();
            assertThat(centre.admin().send("POST", "/backup", null).status()).isEqualTo(409);

            tool(server, "pg_dump", "--format=custom", "--file=" + dump, "backup_from");

            load.stop();
            centre.kill9();
            tool(server, "pg_restore", "--no-owner", "--dbname=backup_to", dump.toString());
            goOn(Centre.setup().on(server, "backup_to"), load.token(), before);
        }
    }

    private static void tool(PostgresServer server, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        String address = server.jdbcUrl("x").replaceAll("jdbc:postgresql://|/x$", "");
        command.addAll(1, List.of("--host=" + address.split(":")[0], "--port=" + address.split(":")[1]));
        command.addAll(1, List.of("--username=" + server.user(), "--no-password"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", server.password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** All tasks that were acknowledged before the backup are there, and those that had not ended are done. */
    private static void goOn(Centre.Setup setup, String token, Set<String> acknowledged) {
        try (Centre restored = setup.with("TASKCENTER_LEASE_SECONDS", "3")
                .with("TASKCENTER_HEARTBEAT_SECONDS", "1")
                .start()) {
            ManagerClient manager = restored.manager(token);
            assertThat(statuses(manager).keySet()).containsAll(acknowledged);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(new HashSet<>(statuses(manager).values()))
                                    .containsExactly("finish"));
            assertThat(manager.add(ManagerClient.task(
                                    CLIENT, acknowledged.iterator().next(), "GET", restored.uri("/")))
                            .at("/results/0/code")
                            .asInt())
                    .as("names stay taken")
                    .isEqualTo(409);
        }
    }

    private static ConcurrentHashMap<String, String> statuses(ManagerClient manager) {
        ConcurrentHashMap<String, String> statuses = new ConcurrentHashMap<>();
        long total;
        int offset = 0;
        do {
            Reply page = manager.status(
                    ManagerClient.group(CLIENT, "all").put("offset", offset).put("limit", 1000));
            for (JsonNode line : page.at("/results")) {
                statuses.put(line.get("id").asText(), line.get("status").asText());
            }
            total = page.at("/count/total").asLong();
            offset += 1000;
        } while (offset < total);
        return statuses;
    }

    /** Hands in tasks, some at a time, until it is stopped. */
    private final class Load {
        private final String token;
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final Thread thread;
        private volatile boolean stopped;

        Load(Centre centre) {
            token = centre.admin().account(CLIENT, CLIENT);
            ManagerClient manager = centre.manager(token);
            thread = new Thread(() -> {
                for (int round = 0; !stopped; round++) {
                    handIn(manager, round);
                }
            });
            thread.start();
        }

        private void handIn(ManagerClient manager, int round) {
            List<ObjectNode> tasks = IntStream.range(0, 20)
                    .mapToObj(i -> ManagerClient.task(CLIENT, round + "-" + i, "GET", target.uri("/call"))
                            .put("group", "all"))
                    .toList();
            for (JsonNode result : manager.add(tasks).at("/results")) {
                if (result.get("status").asText().equals("ack")) {
                    acknowledged.add(result.get("id").asText());
                }
            }
        }

        String token() {
            return token;
        }

        Set<String> awaitSome() {
            await().atMost(PATIENCE).until(() -> acknowledged.size() >= SOME);
            return Stream.of(acknowledged.toArray(String[]::new)).collect(java.util.stream.Collectors.toSet());
        }

        void stop() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }
}

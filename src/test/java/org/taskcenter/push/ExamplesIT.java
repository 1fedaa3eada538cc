package org.taskcenter.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.StubTarget;

/** The examples of docs/examples do what they say, against the packaged program on the embedded database. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class ExamplesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path EXAMPLES = Path.of("docs", "examples").toAbsolutePath();

    private static Centre centre;
    private static StubTarget target;
    private static String token;
    private static String secret;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        centre = Centre.shared();
        target = StubTarget.start();
        Reply account = centre.admin()
                .send("POST", "/accounts", new ObjectMapper().createObjectNode().put("name", "shop"));
        token = account.at("/data/token").textValue();
        secret = account.at("/data/webhook_secret").textValue();
    }

    @AfterAll
    static void stop() {
        target.close();
    }

    @Test
    void python() {
        assertThat(run(null, Map.of(), "python3", EXAMPLES.resolve("client.py").toString()))
                .contains("ack")
                .contains("verified {'code': 200, 'body': 'ok'}");
    }

    @Test
    void java() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

        assertThat(run(null, Map.of(), java, EXAMPLES.resolve("Client.java").toString()))
                .contains("\"ack\"")
                .contains("verified {")
                .contains("{\"code\":200,\"body\":\"ok\"}");
    }

    @Test
    void curl() throws IOException {
        target.on("/returned", Answer.of(204, ""));
        Map<String, String> returnPath =
                Map.of("RETURN_PATH", target.uri("/returned").toString());

        assertThat(run(null, returnPath, EXAMPLES.resolve("curl/add.sh").toString()))
                .contains("\"ack\"");

        await().atMost(PATIENCE).until(() -> !target.requests("/returned").isEmpty());
        Received push = target.requests("/returned").get(0);
        assertThat(receive(push, push.bytes())).startsWith("Status: 204");
        try (Stream<Path> kept = Files.list(folder.resolve("results"))) {
            assertThat(kept)
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readAllBytes(file)).isEqualTo(push.bytes()));
        }
        assertThat(receive(push, (push.body() + " ").getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .contains("the signature is wrong");
    }

    /** As a web server runs a CGI script. */
    private String receive(Received push, byte[] body) throws IOException {
        Path results = Files.createDirectories(folder.resolve("results"));
        Map<String, String> environment = new HashMap<>(Map.of("RESULTS", results.toString()));
        for (String name : List.of("webhook-id", "webhook-timestamp", "webhook-signature")) {
            environment.put(
                    "HTTP_" + name.toUpperCase().replace('-', '_'),
                    push.header(name).orElseThrow());
        }
        return run(body, environment, EXAMPLES.resolve("curl/receive.sh").toString());
    }

    private String run(byte[] input, Map<String, String> environment, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            URI called = target.uri("/called");
            builder.environment()
                    .putAll(Map.of(
                            "CENTRE",
                            centre.baseUri().toString(),
                            "TOKEN",
                            token,
                            "SECRET",
                            secret,
                            "FROM",
                            "shop",
                            "TARGET",
                            called.toString()));
            builder.environment().putAll(environment);
            Path output = Files.createTempFile(folder, "output", ".txt");
            builder.redirectOutput(output.toFile());
            Process process = builder.start();
            try (var in = process.getOutputStream()) {
                if (input != null) {
                    in.write(input);
                }
            }
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(output);
            assertThat(ended).as("%s ends; it said %s", List.of(command), text).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

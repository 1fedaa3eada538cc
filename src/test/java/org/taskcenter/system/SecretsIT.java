package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.StubTarget;

/** Marked secrets go through the centre and through its errors, and come out nowhere but at their targets. */
class SecretsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** What must not be found, by what it is. */
    private final Map<String, String> marks = new LinkedHashMap<>();
    /** Where it is looked for. */
    private final Map<String, String> places = new LinkedHashMap<>();

    private Centre centre;
    private String token;
    private int asked;

    private String mark(String name) {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        String mark = "mark" + HexFormat.of().formatHex(random);
        marks.put(name, mark);
        return mark;
    }

    @Test
    void nothingSecretComesOut() throws Exception {
        String admin = "sk-" + mark("administrator's token");
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        String secretKey = Base64.getEncoder().encodeToString(key);
        marks.put("secret key", secretKey);
        marks.put("secret key in hex", HexFormat.of().formatHex(key));
        try (PostgresServer server = new PostgresServer().start();
                StubTarget target = StubTarget.start();
                Centre started = Centre.setup()
                        .on(server, databaseOf(server))
                        .with("TASKCENTER_ADMIN_TOKEN", admin)
                        .with("TASKCENTER_SECRET_KEY", secretKey)
                        .start()) {
            centre = started;
            marks.put("password of the database", server.password());
            JsonNode account = JSON.readTree(http.send(
                            request("POST", "/api/admin/accounts", admin, "{\"name\":\"shop\"}"),
                            BodyHandlers.ofString())
                    .body());
            token = account.at("/data/token").asText();
            marks.put("client's token", token);
            marks.put("webhook secret", account.at("/data/webhook_secret").asText());

            goThroughCalls(target);
            goThroughWrongRequests(admin);
            server.stop(PostgresServer.Stop.IMMEDIATE);
            goThroughTheOutage(admin);
            server.start();
            await().atMost(PATIENCE).until(() -> centre.health("ready") == 200);
            ask("accounts", "GET", "/api/admin/accounts", admin, null);
            ask("audit", "GET", "/api/admin/audit", admin, null);
            ask("metrics", "GET", "/metrics", null, null);
            ask("openapi", "GET", "/openapi", null, null);
            ask("health", "GET", "/health", null, null);
            lookAtTheProcess();
            centre.sigterm();
            centre.awaitEnd(PATIENCE);
        }
        places.put("log", String.join("\n", centre.output()));
        assertThat(centre.output()).as("the log names requests").anyMatch(line -> line.contains("[request outage"));
        places.forEach((place, text) -> marks.forEach(
                (name, mark) -> assertThat(text).as(name + " in " + place).doesNotContain(mark)));
    }

    private static String databaseOf(PostgresServer server) {
        server.createDatabase("secrets");
        return "secrets";
    }

    private void goThroughCalls(StubTarget target) throws Exception {
        String header = mark("Authorization of a call");
        String body = mark("body of a call");
        String query = mark("query of a call");
        String task = "\"method\":\"POST\",\"body\":\"" + body + "\",\"headers\":{\"Authorization\":\"Bearer " + header
                + "\"},\"retry\":{\"max_attempts\":1}";
        target.on("/fine", Answer.of(200, "done"))
                .on("/wrong", Answer.of(500, "wrong"))
                .on("/broken", Answer.nothing());
        target.hang("/hangs");
        String down = "http://127.0.0.1:1/down";
        List<String> urls = List.of(
                target.uri("/fine").toString(),
                target.uri("/wrong").toString(),
                target.uri("/broken").toString(),
                target.uri("/hangs").toString(),
                down,
                "https" + target.uri("/tls").toString().substring(4),
                "http://no-such-host.invalid/",
                "http://10.0.0.1/");
        for (int i = 0; i < urls.size(); i++) {
            ask("add " + urls.get(i), "POST", "/manager", token, add(i, urls.get(i) + "?key=" + query, task));
        }
        ask(
                "add with userinfo",
                "POST",
                "/manager",
                token,
                add(100, "http://" + mark("user of a URL") + ":" + mark("password of a URL") + "@127.0.0.1/", task));
        ask("add with a bad URL", "POST", "/manager", token, add(101, "http://127.0.0.1:99999/?key=" + query, task));
        await().atMost(PATIENCE).until(() -> target.requests("/hangs").size() == 1);
        assertThat(target.requests("/fine")).hasSize(1).allSatisfy(received -> {
            assertThat(received.header("Authorization")).contains("Bearer " + header);
            assertThat(received.body()).isEqualTo(body);
        });
        ask(
                "cancel",
                "POST",
                "/manager",
                token,
                "{\"message_type\":\"cancel_task\",\"parameters\":{\"from\":\"shop\",\"group\":\"g\",\"force\":true}}");
        String status = "{\"message_type\":\"get_status\",\"parameters\":{\"from\":\"shop\",\"group\":\"g\"}}";
        await().atMost(PATIENCE).until(() -> {
            String answer = ask("status", "POST", "/manager", token, status);
            return !answer.contains("\"running\"") && !answer.contains("\"wait\"");
        });
    }

    private static String add(int number, String url, String task) {
        return "{\"message_type\":\"add_task\",\"parameters\":{\"from\":\"shop\",\"id\":\"" + number
                + "\",\"group\":\"g\",\"type\":\"MP-API\",\"task\":{\"url\":\"" + url + "\"," + task + "}}}";
    }

    private void goThroughWrongRequests(String admin) throws Exception {
        String text = mark("text of a wrong request");
        ask("no JSON", "POST", "/manager", token, "{\"message_type\": " + text);
        ask("cut JSON", "POST", "/manager", token, "{\"message_type\":\"add_task\",\"parameters\":{\"task\":\"" + text);
        ask("a wrong type", "POST", "/manager", token, add(200, "http://127.0.0.1/", "\"method\":[\"" + text + "\"]"));
        ask(
                "wrong headers",
                "POST",
                "/manager",
                token,
                add(201, "http://127.0.0.1/", "\"method\":\"GET\",\"headers\":{\"X-Key\":[\"" + text + "\"]}"));
        ask("no account", "POST", "/api/admin/accounts", admin, "{\"name\": " + text);
        for (int i = 0; i < 10; i++) {
            ask("unknown token", "GET", "/api/admin/accounts", "sk-" + mark("unknown token " + i), null);
            ask("unknown token", "POST", "/manager", "sk-" + mark("another unknown token " + i), "{}");
        }
    }

    private void goThroughTheOutage(String admin) throws Exception {
        await().atMost(PATIENCE).until(() -> centre.health("ready") == 503);
        String query = mark("query of a call that is not stored");
        ask(
                "add without a database",
                "POST",
                "/manager",
                token,
                add(300, "http://127.0.0.1/?key=" + query, "\"method\":\"GET\""));
        ask("accounts without a database", "GET", "/api/admin/accounts", admin, null);
        ask("a change without a database", "PUT", "/api/admin/dispatch", admin, "{\"paused\":[]}");
        ask("unknown token without a database", "GET", "/api/admin/accounts", "sk-" + mark("unseen token"), null);
    }

    private void lookAtTheProcess() throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process dump = new ProcessBuilder(jcmd, String.valueOf(centre.pid()), "Thread.print").start();
        String threads = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(dump.waitFor()).isZero();
        assertThat(threads).contains("Full thread dump");
        places.put("thread dump", threads);
        List<String> commands = new ArrayList<>();
        Stream<ProcessHandle> handles =
                ProcessHandle.of(centre.pid()).orElseThrow().descendants();
        for (long pid : Stream.concat(Stream.of(centre.pid()), handles.map(ProcessHandle::pid))
                .toList()) {
            commands.add(Files.readString(Path.of("/proc/" + pid + "/cmdline")));
        }
        assertThat(commands.get(0)).contains("payara-micro");
        places.put("process list", String.join("\n", commands));
    }

    private HttpRequest request(String method, String path, String bearer, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(centre.uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("X-Request-Id", (centre.health("ready") == 200 ? "fine" : "outage") + "-" + ++asked)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return bearer == null
                ? request.build()
                : request.header("Authorization", "Bearer " + bearer).build();
    }

    /** Asks, and keeps the answer to look into. */
    private String ask(String what, String method, String path, String bearer, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request(method, path, bearer, body), BodyHandlers.ofString());
        places.merge("answer to " + what, answer.headers().map() + answer.body(), (before, now) -> before + now);
        return answer.body();
    }
}

package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.StubTarget;
import org.taskcenter.testing.SunoStub;

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
    private PostgresServer database;
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
                SunoStub suno = SunoStub.start();
                Centre started = Centre.setup()
                        .on(server, databaseOf(server))
                        .with("TASKCENTER_ADMIN_TOKEN", admin)
                        .with("TASKCENTER_SECRET_KEY", secretKey)
                        .start()) {
            centre = started;
            database = server;
            marks.put("password of the database", server.password());
            JsonNode account = JSON.readTree(http.send(
                            request(
                                    "POST",
                                    "/api/admin/accounts",
                                    admin,
                                    "{\"name\":\"shop\",\"quota\":100,\"from\":[\"shop\"],\"sources\":[\"shop\"]}"),
                            BodyHandlers.ofString())
                    .body());
            token = account.at("/data/token").asText();
            marks.put("client's token", token);
            marks.put("webhook secret", account.at("/data/webhook_secret").asText());

            goThroughCalls(target);
            goThroughThirdParties(admin, suno);
            goThroughARun();
            lookAtTheDatabase();
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
        places.forEach((place, text) -> marks.forEach((name, mark) -> assertThat(text)
                .as(name + " in " + place)
                .doesNotContain(mark, HexFormat.of().formatHex(mark.getBytes(StandardCharsets.UTF_8)))));
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
        String back = target.uri("/back").toString();
        target.on("/back", Answer.of(500, "not now"));
        ask(
                "add with a return address",
                "POST",
                "/manager",
                token,
                "{\"message_type\":\"add_task\",\"parameters\":{\"from\":\"shop\",\"id\":\"102\",\"type\":\"MP-API\","
                        + "\"return_path\":\"" + back + "?key=" + mark("query of a return address")
                        + "\",\"task\":{\"url\":\"" + target.uri("/fine") + "\",\"method\":\"GET\"}}}");
        await().atMost(PATIENCE).until(() -> target.requests("/back").size() > 0);
        assertThat(target.requests("/back").get(0).target()).contains(marks.get("query of a return address"));
        await().atMost(PATIENCE).until(() -> target.requests("/hangs").size() == 1);
        assertThat(target.requests("/fine")).hasSize(2).first().satisfies(received -> {
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

    private void goThroughThirdParties(String admin, SunoStub suno) throws Exception {
        String key = mark("key of a channel");
        ask(
                "a channel",
                "POST",
                "/api/admin/channels",
                admin,
                "{\"name\":\"c\",\"platform\":\"suno\",\"base_url\":\"" + suno.url() + "\",\"key\":\"" + key
                        + "\",\"price\":{\"music\":1},\"max_resubmissions\":0}");
        String hook = mark("field of a submission");
        String song = "{\"prompt\":\"sea\",\"hook\":\"" + hook + "\"}";
        assertThat(ask("submit", "POST", "/suno/submit/music", token, song)).contains("\"success\"");
        assertThat(suno.submissions().get(0).get("hook").asText()).isEqualTo(hook);
        assertThat(suno.submissions().get(0).get("_key").asText()).isEqualTo("Bearer " + key);
        suno.refuseNext(Answer.of(400, "{\"code\":\"bad\",\"message\":\"no\"}"));
        ask("a refused submission", "POST", "/suno/submit/music", token, song);
        requestsThatDoNotOpenAreRefunded(admin, song);
        ask("a broken submission", "POST", "/suno/submit/music", token, song.substring(0, song.length() - 1));
        ask("channels", "GET", "/api/admin/channels", admin, null);
        ask("songs", "POST", "/suno/fetch", token, "{\"ids\":[]}");
    }

    /** Somebody has put one task's request in the place of another's. */
    private void requestsThatDoNotOpenAreRefunded(String admin, String song) throws Exception {
        long quota = number("select quota from account where name = 'shop'");
        ask("pause", "PUT", "/api/admin/dispatch", admin, "{\"paused\":[\"platform\"]}");
        CompletableFuture<HttpResponse<String>> submission =
                http.sendAsync(request("POST", "/suno/submit/music", token, song), BodyHandlers.ofString());
        String untouched = "select count(*) from platform_task where status = 'NOT_START' and not sending";
        await().atMost(PATIENCE).until(() -> number(untouched) == 1);
        assertThat(number("select quota from account where name = 'shop'")).isEqualTo(quota - 1);
        try (Connection connection = database.connect("secrets");
                Statement statement = connection.createStatement()) {
            statement.execute("update platform_task set sealed_request = (select sealed_request from platform_task"
                    + " where status <> 'NOT_START' limit 1) where status = 'NOT_START'");
        }
        ask("go on", "PUT", "/api/admin/dispatch", admin, "{\"paused\":[]}");
        HttpResponse<String> answer = submission.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(500);
        assertThat(answer.body()).contains("request_unreadable");
        places.put("answer to what does not open", answer.body());
        assertThat(number("select quota from account where name = 'shop'")).isEqualTo(quota);
    }

    private long number(String sql) {
        return database.number("secrets", sql);
    }

    /** A playbook that waits until the process list has been looked at. */
    private void goThroughARun() throws Exception {
        Path go = Files.createTempFile("taskcenter-secrets", ".go");
        Files.delete(go);
        String password = mark("param of a run");
        String inTasks = mark("text of a playbook");
        ObjectNode run = ChannelClient.local("secret run", "127.0.0.1");
        run.withObject("/params").put("password", password);
        run.put(
                "tasks",
                "- hosts: all\n  gather_facts: false\n  vars: {inside: " + inTasks + "}\n  tasks:\n"
                        + "  - shell: test -n '{{ password }}{{ inside }}'\n    no_log: true\n"
                        + "  - shell: test -z '{{ password }}'\n    no_log: true\n    ignore_errors: true\n"
                        + "  - wait_for: {path: '" + go + "', timeout: 100}\n"
                        + "  - debug: {msg: '{{ not_there }}'}\n");
        String wrong = run.deepCopy().put("timeout", "never").toString();
        String[] channel = {"X-RESOURCE", "shop", "X-CORRELATION-ID", "1-1"};
        ask("a wrong run", "POST", "/api/run", token, wrong, channel);
        assertThat(ask("a run", "POST", "/api/run", token, run.toString(), channel))
                .contains("\"code\":0");
        String name = "{\"name\":\"secret run\"}";
        // Both secret tasks are through, and the one that waits is under way.
        await().atMost(PATIENCE).until(() -> number("select count(*) from run_log") == 2);
        lookAtTheProcess();
        assertThat(places.get("process list")).contains("python");
        Files.createFile(go);
        try {
            await().atMost(PATIENCE).until(() -> {
                ask("check", "POST", "/api/check", token, name, channel);
                return number("select count(*) from task where kind = 'run' and state in ('waiting', 'running')") == 0;
            });
        } finally {
            Files.delete(go);
        }
        ask("log", "POST", "/api/getlog", token, "{}", channel);
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

    /** All rows of all tables, as a backup or whoever can read the database alone has them. */
    private void lookAtTheDatabase() throws SQLException {
        StringBuilder rows = new StringBuilder();
        try (Connection connection = database.connect("secrets");
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names = statement.executeQuery(
                    "select table_name from information_schema.tables where table_schema = 'public'")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            assertThat(tables).contains("call", "push", "platform_task", "ansible_run", "audit", "account");
            for (String table : tables) {
                try (ResultSet texts = statement.executeQuery("select t::text from \"" + table + "\" t")) {
                    while (texts.next()) {
                        rows.append(table)
                                .append(' ')
                                .append(texts.getString(1))
                                .append('\n');
                    }
                }
            }
        }
        for (String table : List.of("call", "push", "platform_task", "ansible_run")) {
            assertThat(rows).contains("\n" + table + " (");
        }
        places.put("database", rows.toString());
    }

    private void lookAtTheProcess() throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process dump = new ProcessBuilder(jcmd, String.valueOf(centre.pid()), "Thread.print").start();
        String threads = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(dump.waitFor()).isZero();
        assertThat(threads).contains("Full thread dump");
        places.merge("thread dump", threads, String::concat);
        List<String> commands = new ArrayList<>();
        Stream<ProcessHandle> handles =
                ProcessHandle.of(centre.pid()).orElseThrow().descendants();
        for (long pid : Stream.concat(Stream.of(centre.pid()), handles.map(ProcessHandle::pid))
                .toList()) {
            String command = ofProcess(pid, "cmdline");
            commands.add(command);
            // The environment of the centre and of its launcher has what the operator has put there.
            if (pid != centre.pid() && !command.endsWith("taskcenter\0run\0")) {
                commands.add(ofProcess(pid, "environ"));
            }
        }
        assertThat(commands.get(0)).contains("payara-micro");
        places.merge("process list", String.join("\n", commands), String::concat);
    }

    private static String ofProcess(long pid, String file) throws IOException {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            // It has ended meanwhile.
            return "";
        }
    }

    private HttpRequest request(String method, String path, String bearer, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(centre.uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("X-Request-Id", (centre.health("ready") == 200 ? "fine" : "outage") + "-" + ++asked)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return bearer == null
                ? request.build()
                : request.header("Authorization", "Bearer " + bearer).build();
    }

    /** Asks, and keeps the answer to look into. */
    private String ask(String what, String method, String path, String bearer, String body, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request(method, path, bearer, body, headers), BodyHandlers.ofString());
        places.merge("answer to " + what, answer.headers().map() + answer.body(), (before, now) -> before + now);
        return answer.body();
    }
}

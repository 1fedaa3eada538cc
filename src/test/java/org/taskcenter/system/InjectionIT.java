package org.taskcenter.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.StubTarget;
import org.taskcenter.testing.TaskClient;

/** Text from outside that would be another header or another line of the log: whatever it holds, it makes neither. */
@Timeout(240)
@ExtendWith(ShowOutput.class)
class InjectionIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FORGED_HEADER = "X-Forged: 1";
    private static final String FORGED_LINE = "2001-01-01 00:00:00.000 INFO TC00006: forged";

    /** Ends a line, or looks as if, commands a terminal, or turns text around. */
    private static final List<String> SIGNS = List.of(
            "\r\n",
            "\n",
            "\r",
            "\0",
            "\u000b",
            "\u0085",
            "\u2028",
            "\u2029",
            "\u202e",
            "\u2066",
            "\u001b[2J\u001b[1;1H",
            "\u009b2J",
            "\u007f",
            "\ufeff",
            "\udb40\udc41");

    private static final List<String> CHANNEL = List.of("run", "parallel_run", "stop", "check", "getlog");

    /** How our lines, traces of exceptions and nothing else begin. */
    private static final Pattern LINE = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} [A-Z]+ .*|\\s*at .*|\\s*\\.\\.\\. \\d+ .*|Caused by: .*|[a-z]+(\\.\\w+)+.*");

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]+: [ -~]*");

    private static Centre centre;
    private static StubTarget target;
    private static PostgresServer server;
    private static String database;
    private static ManagerClient client;
    private static String clientToken;
    private static String channelToken;
    private static int atStart;

    @BeforeAll
    static void start() {
        server = PostgresServer.shared();
        database = server.newDatabase();
        target = StubTarget.start();
        centre = Centre.setup()
                .on(server, database)
                .with("TASKCENTER_PUSH_PAUSES", "0.1")
                .with("TASKCENTER_PUSH_SECONDS", "5")
                .start();
        clientToken = centre.admin().account("evil\u2028\u202e" + FORGED_LINE, "evil");
        client = centre.manager(clientToken);
        ObjectNode runner = JSON.createObjectNode().put("name", "evil runner").put("quota", 1_000_000);
        runner.putArray("sources").add("evil");
        channelToken = centre.admin()
                .send("POST", "/accounts", runner)
                .at("/data/token")
                .asText();
        atStart = centre.output().size();
    }

    @AfterAll
    static void stop() {
        centre.close();
        target.close();
    }

    @AfterEach
    void noLineOfTheLogIsForged() {
        List<String> lines = centre.output();
        assertThat(lines.subList(atStart, lines.size())).allSatisfy(line -> {
            assertThat(line).matches(LINE).doesNotStartWith("2001");
            assertThat(line.chars().filter(c -> c != '\t' && !isVisible(c)).toArray())
                    .as(line)
                    .isEmpty();
        });
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String evil(String sign) {
        return "a" + sign + FORGED_HEADER + sign + FORGED_LINE;
    }

    /** What a client puts into its requests' heads. */
    @Test
    void headsOfRequests() throws IOException {
        for (String sign : SIGNS) {
            for (String spelled : List.of(evil(sign), escaped(evil(sign)))) {
                String path = spelled.replace(' ', '_');
                for (String head : List.of(
                        "GET /" + path + " HTTP/1.1\r\n",
                        "GET /api/admin/accounts/" + path + "?" + path + " HTTP/1.1\r\n",
                        "POST /manager/" + path + " HTTP/1.1\r\nContent-Length: 0\r\n",
                        "GET /health/live HTTP/1.1\r\nX-Request-Id: " + spelled + "\r\n",
                        "GET /api/admin/accounts HTTP/1.1\r\nUser-Agent: " + spelled + "\r\n",
                        "GET /api/admin/accounts HTTP/1.1\r\nAuthorization: Bearer " + spelled + "\r\n",
                        "GET /openapi HTTP/1.1\r\nAccept: " + spelled + "\r\nOrigin: " + spelled + "\r\n",
                        "GET /manager/ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Authorization: Bearer " + clientToken + "\r\nSec-WebSocket-Key: " + spelled
                                + "\r\nSec-WebSocket-Protocol: " + spelled + "\r\n",
                        "POST /manager HTTP/1.1\r\nX-Forwarded-For: " + spelled + "\r\nContent-Type: " + spelled
                                + "\r\n",
                        path + " / HTTP/1.1\r\n")) {
                    headsAreOurs(answers(head));
                }
            }
        }
    }

    /** The server answers these by itself: see docs/security.md. */
    @Test
    void addressesThatAreNotWellEscapedReachNothing() throws IOException {
        for (String path : List.of("/%zz", "/%", "/api/admin/accounts%2", "/manager/%0", "/%c0%af", "/..%2f..%2f")) {
            String answer =
                    answers("GET " + path + " HTTP/1.1\r\nAuthorization: Bearer " + centre.adminToken() + "\r\n");
            headsAreOurs(answer);
            assertThat(answer).doesNotContainIgnoringCase("payara").doesNotContain("\"items\"", "Exception");
        }
    }

    /** What a client puts into the heads of requests about runs. */
    @Test
    void headsOfTheChannel() throws IOException {
        for (String route : CHANNEL) {
            for (String sign : SIGNS) {
                for (String spelled : List.of(evil(sign), escaped(evil(sign)))) {
                    for (String headers : List.of(
                            "X-SOURCE: " + spelled + "\r\nX-CORRELATION-ID: 1-1",
                            "X-RESOURCE: " + spelled + "\r\nX-CORRELATION-ID: 1-1",
                            "X-RESOURCE: evil\r\nX-CORRELATION-ID: " + spelled)) {
                        headsAreOurs(channel(route, headers, "{\"name\":\"nothing\"}"));
                    }
                }
            }
        }
    }

    /** What a client puts into its runs, and what it asks about them. */
    @Test
    void textsOfRuns() throws IOException {
        ChannelClient runs =
                new ChannelClient(centre.baseUri(), channelToken).as(ChannelClient.DOCUMENT, "evil", "1-1");
        List<Long> ids = new ArrayList<>();
        for (String sign : SIGNS) {
            String evil = evil(sign);
            // Names of runs, params and what a playbook prints and is called are data and may hold anything but NUL.
            ObjectNode played = ChannelClient.local(evil.replace('\0', '0'), "127.0.0.1");
            played.withObject("/params").put("said", evil).put(evil, 1);
            played.put(
                    "tasks",
                    "- hosts: all\n  gather_facts: false\n  tasks:\n  - name: " + JSON.writeValueAsString(evil)
                            + "\n    debug: {msg: '{{ said }}'}\n  - fail: {msg: '{{ said }}'}\n");
            Reply taken = runs.send("run", played);
            assertThat(taken.status()).as(taken.toString()).isLessThan(500);
            if (taken.status() == 200) {
                ids.add(taken.at("/content/id").longValue());
            }
            for (String field : List.of("name", "nodes", "user", "tasks", "role", "playbook", "tags", "skip_tags")) {
                ObjectNode run = ChannelClient.playbook("evil-" + field + SIGNS.indexOf(sign), "[]", "127.0.0.1");
                run.put(field, evil)
                        .put("timeout", List.of("\r\n", "\u2028", "\u202e").contains(sign) ? 60 : 0);
                Reply reply = runs.send("parallel_run", run);
                assertThat(reply.status()).as(reply.toString()).isLessThan(500);
                run.putArray(field).add(evil);
                reply = runs.send("run", run.put("timeout", 0));
                assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
            }
            for (String field : List.of("id", "name", "host", "source", evil)) {
                for (String route : CHANNEL) {
                    ObjectNode asked = ChannelClient.body().put(field, evil);
                    assertThat(runs.send(route, asked).status()).isLessThan(500);
                }
            }
        }
        assertThat(ids).isNotEmpty();
        ids.forEach(runs::awaitEnd);
        for (long id : ids) {
            for (String dialect : List.of("X-RESOURCE", "X-SOURCE")) {
                String headers = dialect + ": evil\r\nX-CORRELATION-ID: 1-1";
                String told = channel("check", headers, "{\"id\":" + id + "}");
                assertThat(told).startsWith("HTTP/1.1 200 ");
                headsAreOurs(told);
                headsAreOurs(channel("getlog", headers, "{}"));
            }
        }
        await().atMost(PATIENCE).until(() -> open() == 0);
    }

    /** What a client puts into tasks of third parties, and an administrator into what they are reached by. */
    @Test
    void textsForThirdParties() {
        ObjectNode declaration = JSON.createObjectNode();
        declaration
                .putObject("submit")
                .put("path", "/v1/${body.path}")
                .putObject("body")
                .put("all", "${body.path}");
        declaration.putObject("fetch").put("method", "GET").put("path", "/v1/state/${id}");
        declaration.putObject("pointers").put("id", "/id").put("status", "/state");
        declaration.putArray("actions").add("do");
        assertThat(centre.admin().send("PUT", "/platforms/forger", declaration).status())
                .isEqualTo(200);
        ObjectNode channel = JSON.createObjectNode()
                .put("name", "forger")
                .put("platform", "forger")
                .put("base_url", target.uri("").toString());
        channel.putObject("price").put("do", 1);
        assertThat(centre.admin().send("POST", "/channels", channel).status()).isEqualTo(201);
        TaskClient tasks = new TaskClient(centre.baseUri(), channelToken, "/platform/forger");
        for (String sign : SIGNS) {
            String evil = evil(sign);
            tasks.submit("do", TaskClient.body().put("path", evil));
            tasks.submit("do", TaskClient.body().put("continue_clip_id", evil).put("task_id", evil));
            for (String field : List.of("name", "base_url", "key", "platform")) {
                ObjectNode other = channel.deepCopy().put(field, evil).put("enabled", false);
                assertThat(centre.admin().send("POST", "/channels", other).status())
                        .isLessThan(500);
            }
            ObjectNode forged = declaration.deepCopy();
            forged.putObject("headers").put("X-A", "${body.path}");
            assertThat(centre.admin().send("PUT", "/platforms/other", forged).status())
                    .isEqualTo(400);
            forged.putObject("headers").put(evil, "1").put("X-A", evil);
            assertThat(centre.admin()
                            .send("PUT", "/platforms/" + escaped(evil).replace("[", "%5b"), forged)
                            .status())
                    .isLessThan(500);
            assertThat(centre.admin().send("PUT", "/platforms/other", forged).status())
                    .isLessThan(500);
        }

        assertThat(target.requests().stream()
                        .filter(request -> request.target().startsWith("/v1/"))
                        .toList())
                .isNotEmpty()
                .allSatisfy(request -> {
                    assertThat(request.headers()).doesNotContainKey("X-Forged");
                    assertThat(request.target()).matches("[!-~]+");
                });
    }

    /** What a client puts into its tasks. */
    @Test
    void textsOfTasks() {
        for (String sign : SIGNS) {
            String evil = evil(sign);
            client.add(task(evil));
            client.add(ManagerClient.task(evil, "1", "GET", target.uri("/ok")));
            client.add(task("1").put("group", evil));
            client.add(task("2").put("return_path", target.uri("/push") + evil));
            client.status(ManagerClient.group("evil", evil));
            client.message(evil, JSON.createObjectNode());
            for (String field : List.of("url", "method", "body", "run_at", "timeout")) {
                ObjectNode task = task("f-" + field + SIGNS.indexOf(sign));
                ((ObjectNode) task.get("task")).put(field, field.equals("url") ? target.uri("/ok") + evil : evil);
                client.add(task);
            }
            ObjectNode named = task("n" + SIGNS.indexOf(sign));
            ((ObjectNode) named.get("task")).putObject("headers").put(evil, "1");
            client.add(named);
            ObjectNode valued = task("v" + SIGNS.indexOf(sign));
            ((ObjectNode) valued.get("task"))
                    .putObject("headers")
                    .put("X-A", evil)
                    .put("User-Agent", evil);
            client.add(valued);
            centre.admin()
                    .send(
                            "POST",
                            "/accounts",
                            JSON.createObjectNode().put("name", evil).put("return_url", "http://a/" + evil));
        }

        await().atMost(PATIENCE).until(() -> open() == 0);

        assertThat(target.requests()).isNotEmpty().allSatisfy(request -> {
            assertThat(request.headers()).doesNotContainKey("X-Forged");
            assertThat(request.target()).matches("[!-~]+");
        });
    }

    /** What a target puts into its answer, also where a result is pushed to. */
    @Test
    void answersOfTargets() {
        for (String sign : SIGNS) {
            int number = SIGNS.indexOf(sign);
            String evil = evil(sign);
            List<String> raw = List.of(
                    "HTTP/1.1 500 " + evil + "\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nX-A: " + evil + "\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 302 OK\r\nLocation: " + evil + "\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 429 OK\r\nRetry-After: " + evil + "\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\n" + evil + ": 1\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Type: text/" + evil + "\r\nContent-Length: 2\r\n\r\nok",
                    evil,
                    "HTTP/1.1 400 OK\r\nContent-Length: " + evil.getBytes(UTF_8).length + "\r\n\r\n" + evil);
            for (int i = 0; i < raw.size(); i++) {
                String path = "/answer-" + number + "-" + i;
                target.on(path, Answer.raw(raw.get(i).getBytes(UTF_8)));
                ObjectNode task = ManagerClient.task("evil", path, "GET", target.uri(path))
                        .put("group", "answers")
                        .put("return_path", target.uri(path).toString());
                ((ObjectNode) task.get("task")).putObject("retry").put("max_attempts", 1);
                assertThat(client.add(task).at("/results/0/code").intValue()).isEqualTo(200);
            }
        }

        await().atMost(PATIENCE).until(() -> open() == 0);

        Reply status = client.status(ManagerClient.group("evil", "answers").put("limit", 1_000));
        assertThat(status.status()).isEqualTo(200);
        assertThat(status.body().get("results").findValuesAsText("status"))
                .hasSize(SIGNS.size() * 8)
                .containsOnly("finish", "error");
    }

    /** What the database complains of holds the client's text. */
    @Test
    void complaintsOfTheDatabase() throws SQLException {
        execute("alter table task add constraint no_forgery check (client_id not like '%forged%') not valid");

        assertThat(client.add(task("a\u2028" + FORGED_LINE)).status()).isEqualTo(500);

        await("the account's name in the log, escaped")
                .atMost(PATIENCE)
                .until(() -> centre.output().stream()
                        .anyMatch(line -> line.contains("TC00701: A message of evil\\u2028\\u202e" + FORGED_LINE)));
        execute("alter table task drop constraint no_forgery");
    }

    private static ObjectNode task(String id) {
        return ManagerClient.task("evil", id, "GET", target.uri("/ok"));
    }

    private static void headsAreOurs(String answers) {
        for (String part : answers.split("(?=HTTP/1\\.1 \\d{3})")) {
            String head = part.split("\r\n\r\n", 2)[0];
            assertThat(head).doesNotContain("X-Forged");
            if (!head.isEmpty()) {
                assertThat(head.split("\r\n", -1)[0]).matches("HTTP/1\\.1 ([1-4]\\d\\d|505) [ -~]*");
                assertThat(head.lines().skip(1))
                        .allMatch(line -> HEADER.matcher(line).matches(), head);
            }
        }
    }

    private static String channel(String route, String headers, String body) throws IOException {
        return answers(
                "POST /api/" + route + " HTTP/1.1\r\nAuthorization: Bearer " + channelToken + "\r\nContent-Length: "
                        + body.length() + "\r\n" + headers + "\r\n",
                body);
    }

    private static String answers(String head) throws IOException {
        return answers(head, "");
    }

    private static String answers(String head, String body) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), centre.baseUri().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((head + "Host: centre\r\nConnection: close\r\n\r\n" + body).getBytes(UTF_8));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            StringBuilder answer = new StringBuilder();
            for (int next = 0; next >= 0 && !answer.toString().endsWith("\r\n\r\n"); ) {
                next = in.read();
                if (next >= 0) {
                    answer.append((char) next);
                }
            }
            boolean staysOpen = answer.toString().startsWith("HTTP/1.1 101 ");
            return staysOpen ? answer.toString() : answer + new String(in.readAllBytes(), ISO_8859_1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no end of the answer to " + head, e);
        }
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            escaped.append(b > ' ' && b < 0x7F ? String.valueOf((char) b) : String.format("%%%02x", b & 0xFF));
        }
        return escaped.toString();
    }

    private static long open() {
        return server.number(
                database, "select count(*) from task where kind <> 'platform' and state in ('waiting', 'running')");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.testing.ChannelClient.body;
import static org.taskcenter.testing.ChannelClient.inside;
import static org.taskcenter.testing.ChannelClient.local;
import static org.taskcenter.testing.ChannelClient.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SeenProcess;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.SshNodes;

/** The Channel API as its clients see it, with the Ansible of this machine. Each test is called by what it is about. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class ChannelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final String NODE = "10.9.8.7";
    private static final String LINE =
            "global_id = %1$s, source = orion, create_time = %2$s, end_time = %2$s, host = %3$s, reuslt = %4$s";
    private static final String SECOND = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";
    private static final String HTTP_DATE =
            "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT";

    @TempDir
    private static Path folder;

    private static SshNodes ssh;
    private static Centre centre;
    private static ChannelClient orion;
    private static ChannelClient field;
    private static String token;
    private static String others;
    private static long unreachable;

    @BeforeAll
    static void start() throws IOException {
        ssh = SshNodes.start(Files.createDirectory(folder.resolve("nodes")), 22);
        centre = Centre.setup()
                // One that believes what a proxy says, so that a test can come from elsewhere.
                .with("TASKCENTER_TRUSTED_PROXIES", "127.0.0.0/8")
                .with("TASKCENTER_TRUSTED_SOURCES", "192.0.2.0/24")
                .with("TASKCENTER_ANSIBLE_PRIVATE_KEY", ssh.key().toString())
                .start();
        token = account("orion", "orion", "second");
        others = account("hubble", "hubble");
        orion = client(token).as(ChannelClient.DOCUMENT, "orion", "1-1");
        field = client(token).as(ChannelClient.FIELD, "orion", "1-1");
        // Takes half a minute, so it goes on beside the others.
        ObjectNode nobody = body().put("name", "unreachable").put("user", ssh.user());
        nobody.withArray("/nodes").add("127.0.0.99").add(ssh.names().get(0));
        nobody.put("tasks", "- hosts: all\n  gather_facts: false\n  tasks: [{shell: 'echo x >>$NODE_FOLDER/runs'}]");
        nobody.put("params", ssh.variables());
        unreachable = orion.submit("run", nobody);
    }

    @AfterAll
    static void stop() {
        centre.close();
        ssh.close();
    }

    private static String account(String name, String... sources) {
        ObjectNode account = body().put("name", name);
        for (String source : sources) {
            account.withArray("/sources").add(source);
        }
        return centre.admin()
                .send("POST", "/accounts", account)
                .at("/data/token")
                .asText();
    }

    private static ChannelClient client(String anyToken) {
        return new ChannelClient(centre.baseUri(), anyToken);
    }

    private static String name() {
        return "run-" + NAMES.incrementAndGet();
    }

    private static void assertRefused(Reply reply, int status, String message) {
        assertThat(reply.at("/message").textValue()).isEqualTo(message);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body().properties()).hasSize(2);
        assertThat(reply.at("/code").intValue()).isEqualTo(-1);
    }

    // --- Dialects
    // -----------------------------------------------------------------------------------------------------

    @Test
    void dialectOfTheDocument() {
        ChannelClient mine = client(token).as(ChannelClient.DOCUMENT, "orion", "document");
        Reply accepted =
                mine.send("run", playbook(name(), "[{command: echo hi}, {fail: {msg: broken}}]", NODE, "10.9.8.6"));
        assertThat(accepted.body().toString())
                .isEqualTo("{\"code\":0,\"content\":{\"id\":" + accepted.at("/content/id") + "}}");
        long id = accepted.at("/content/id").longValue();

        JsonNode content = mine.awaitEnd(id);

        assertThat(content.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("create_time", "err", "id", "log", "nodes", "status", "update_time");
        assertThat(content.at("/create_time").textValue()).matches(HTTP_DATE);
        assertThat(content.at("/update_time").textValue()).matches(HTTP_DATE);
        assertThat(content.at("/id").longValue()).isEqualTo(id);
        assertThat(content.at("/nodes").textValue()).isEqualTo("[\"" + NODE + "\",\"10.9.8.6\"]");
        assertThat(content.at("/status").intValue()).isEqualTo(3);
        assertThat(inside(content.at("/err")).at("/msg").textValue()).contains(NODE + ": fail: broken");
        JsonNode log = inside(content.at("/log"));
        assertThat(log).hasSize(4);
        assertThat(log)
                .allSatisfy(line -> assertThat(line.properties())
                        .extracting(Map.Entry::getKey)
                        .contains("host", "task", "status", "start", "end"));
        JsonNode first = log.get(0);
        assertThat(first.path("task").textValue()).isEqualTo("command");
        assertThat(first.path("status").textValue()).isEqualTo("ok");
        assertThat(first.path("cmd").textValue()).isEqualTo("echo hi");
        assertThat(first.path("rc").intValue()).isZero();
        assertThat(first.path("stdout").textValue()).isEqualTo("hi");
        JsonNode lines = mine.send("getlog", body()).body();
        assertThat(lines.isArray()).isTrue();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0).textValue())
                .matches(LINE.formatted(
                        "document", SECOND, log.get(0).path("host").textValue(), "ok"));
        assertThat(lines.get(3).textValue())
                .matches(LINE.formatted(
                                "document", SECOND, log.get(3).path("host").textValue(), "failed")
                        + " \n\tmessage: broken");
        assertThat(mine.send("stop", body().put("id", id)).body().toString()).isEqualTo("{\"code\":0,\"content\":{}}");
    }

    @Test
    void dialectOfTheField() {
        ChannelClient mine = client(token).as(ChannelClient.FIELD, "orion", "field");
        Reply accepted = mine.send(
                "parallel_run",
                playbook(
                        name(),
                        "[{command: echo hi}, {fail: {msg: broken}, when: inventory_hostname == '10.9.8.6'}]",
                        NODE,
                        "10.9.8.6"));
        assertThat(accepted.body().toString())
                .isEqualTo("{\"code\":0,\"content\":{\"id\":" + accepted.at("/content/id") + "}}");
        long id = accepted.at("/content/id").longValue();

        JsonNode content = mine.awaitEnd(id);

        assertThat(content.at("/task/id").longValue()).isEqualTo(id);
        assertThat(content.at("/task/status").intValue()).isEqualTo(5);
        assertThat(inside(content.at("/task/err")).at("/msg").textValue()).isEqualTo("10.9.8.6: fail: broken");
        assertThat(content.at("/nodes")).hasSize(2);
        assertThat(content.at("/nodes/0/ip").textValue()).isEqualTo(NODE);
        assertThat(content.at("/nodes/0/status").intValue()).isEqualTo(2);
        assertThat(content.at("/nodes/1/status").intValue()).isEqualTo(3);
        assertThat(inside(content.at("/nodes/0/log")))
                .allSatisfy(line -> assertThat(line.path("host").textValue()).isEqualTo(NODE));
        assertThat(inside(content.at("/nodes/1/log"))).hasSize(2);
        JsonNode log = mine.send("getlog", body().put("host", NODE)).body();
        assertThat(log.at("/code").intValue()).isZero();
        assertThat(log.at("/content/log")).hasSize(2);
        assertThat(log.at("/content/log/1").textValue()).matches(LINE.formatted("field", SECOND, NODE, "skipped"));
        assertThat(mine.send("stop", body().put("id", id)).body().toString()).isEqualTo("{\"code\":0,\"content\":{}}");
    }

    @Test
    void dialectOfARequestWithBothHeadersIsTheDocuments() {
        ChannelClient both =
                client(token).as(ChannelClient.DOCUMENT, "orion", "both").with(ChannelClient.FIELD, "nobody's");

        assertRefused(both.send("getlog", body()), 404, "task not found...");
    }

    @Test
    void trailingCommasAndAnyContentTypeAreTaken() throws Exception {
        String text = "{\"nodes\":[\"" + NODE + "\",],\"user\":\"root\",\"name\":\"" + name()
                + "\",\"content\":\"[{\\\"ping\\\":null}]\",\"params\":\"{\\\"ansible_connection\\\":\\\"local\\\"}\",\"fork_num\":5,}";
        HttpRequest request = HttpRequest.newBuilder(centre.uri("/api/run"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-RESOURCE", "orion")
                .header("X-CORRELATION-ID", "form")
                .POST(BodyPublishers.ofString(text))
                .build();

        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    // --- Authentication
    // -----------------------------------------------------------------------------------------------

    @Test
    void authenticationByToken() {
        for (String route : List.of("run", "stop", "check", "getlog", "parallel_run")) {
            Reply none = client(null).send(route, "no json");
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.at("/code").intValue()).isEqualTo(-1);
            assertThat(client("sk-wrong").send(route, "no json").status()).isEqualTo(401);
        }
        Reply foreign = client(others).as(ChannelClient.FIELD, "orion", "1").send("run", body());
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.at("/code").intValue()).isEqualTo(-1);
        assertThat(orion.send("getlog", body().put("source", "hubble")).status())
                .isEqualTo(403);
        assertThat(field.send("getlog", body().put("source", "second")).status())
                .isEqualTo(200);
    }

    @Test
    void authenticationByAddress() {
        ChannelClient near = client(null).with("X-Forwarded-For", "192.0.2.7");
        ChannelClient far = client(null).with("X-Forwarded-For", "198.51.100.7");
        ObjectNode run = playbook(name(), "[{ping: }]", NODE);

        assertThat(far.as(ChannelClient.FIELD, "any", "1").send("run", run).status())
                .isEqualTo(401);
        long id = near.as(ChannelClient.FIELD, "any", "1").submit("run", run);

        assertThat(ChannelClient.status(near.as(ChannelClient.FIELD, "any", "1").awaitEnd(id)))
                .isEqualTo(2);
        assertThat(client("sk-wrong")
                        .with("X-Forwarded-For", "192.0.2.7")
                        .as(ChannelClient.FIELD, "any", "1")
                        .send("getlog", body())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aTaskOfAnotherSourceIsNotFound() {
        String name = name();
        long id = orion.submit("run", playbook(name, "[{ping: }]", NODE));
        ChannelClient hubble = client(others).as(ChannelClient.FIELD, "hubble", "1-1");

        for (String route : List.of("stop", "check")) {
            assertRefused(hubble.send(route, body().put("id", id)), 404, "task not found...");
            assertRefused(hubble.send(route, body().put("name", name)), 404, "task not found...");
        }

        assertThat(ChannelClient.status(orion.awaitEnd(id))).isEqualTo(2);
        assertThat(hubble.send("getlog", body()).at("/content/log")).isEmpty();
        assertRefused(hubble.send("run", playbook(name, "[{ping: }]", NODE)), 400, "task name is duplicate");
    }

    // --- Errors
    // -------------------------------------------------------------------------------------------------------

    @Test
    void errorsInTheirOrder() {
        ChannelClient bare = client(token);
        for (String route : List.of("run", "stop", "check", "getlog", "parallel_run")) {
            for (String unreadable : List.of("", "{", "[]", "null", "{\"a\":1 \"b\":2}", "{}{}", "{'a':1}")) {
                assertRefused(bare.send(route, unreadable), 400, "json encode error");
            }
            assertRefused(bare.send(route, "{}"), 400, "param error, error: key X-CORRELATION-ID not found");
            ChannelClient correlated = bare.with("X-CORRELATION-ID", "1-1");
            assertRefused(correlated.send(route, "{}"), 400, "param error, error: key X-RESOURCE not found");
            assertThat(correlated.with("X-SOURCE", "hubble").send(route, "{}").status())
                    .isEqualTo(403);
        }
        assertThat(bare.as(ChannelClient.FIELD, "orion", "x".repeat(256))
                        .send("getlog", "{}")
                        .at("/message")
                        .textValue())
                .startsWith("param error, error: X-CORRELATION-ID must be");
    }

    @Test
    void errorsOfTheServerItself() throws Exception {
        for (String route : List.of("run", "stop", "check", "getlog", "parallel_run")) {
            HttpRequest get = HttpRequest.newBuilder(centre.uri("/api/" + route))
                    .header("Authorization", "Bearer " + token)
                    .build();
            var answer = HttpClient.newHttpClient().send(get, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.body()).startsWith("{\"code\":-1,\"message\":\"");
            Reply text = orion.with("Accept", "text/plain").send(route, body());
            assertThat(text.status()).isEqualTo(406);
            assertThat(text.at("/code").intValue()).isEqualTo(-1);
        }
    }

    @Test
    void errorsOfFields() {
        assertRefused(orion.send("run", body()), 400, "param error, error: key name not found");
        assertRefused(orion.send("run", body().put("name", name())), 400, "param error, error: key nodes not found");
        assertRefused(orion.send("parallel_run", local(name(), NODE)), 400, "param error, error: key tasks not found");
        for (String route : List.of("stop", "check")) {
            assertRefused(orion.send(route, body()), 400, "param error, error: key id not found");
            assertRefused(orion.send(route, body().put("id", 4_711_000_000L)), 404, "task not found...");
            assertRefused(orion.send(route, body().put("name", "nobody's")), 404, "task not found...");
            assertThat(orion.send(route, body().put("id", "one")).at("/message").textValue())
                    .startsWith("param error, error: id must");
        }
        for (ObjectNode wrong : List.of(
                playbook("", "[{ping: }]", NODE),
                playbook("x".repeat(256), "[{ping: }]", NODE),
                playbook("a\0b", "[{ping: }]", NODE))) {
            assertThat(orion.send("run", wrong).at("/message").textValue()).startsWith("param error, error: name must");
        }
        assertWrong("fork_num", 0, -1, "0", "x", 1.5, true);
        assertWrong("retries", -1, 11, "x");
        assertWrong("timeout", 0, 604_801);
        assertWrong("tasks", "", "x", "{}", "[]", 1, "- 1", "a: b", "[{", "- !x y", "- [a]");
        assertWrong("params", "x", "[1]", 1, "\"text\"");
        assertWrong("tasktype", "other");
        assertWrong("user", "a\nb");
        assertWrong("check", "perhaps");
        assertWrong(
                "nodes",
                "",
                ",",
                "a b",
                "-a",
                "a/b",
                "a;b",
                "300.1.1.1",
                "1.2.3",
                "::g",
                "[::1]",
                "a..b",
                "é",
                "{{ x }}",
                "x".repeat(64));
    }

    private static void assertWrong(String field, Object... values) {
        for (Object value : values) {
            ObjectNode run = playbook(name(), "[{ping: }]", NODE);
            run.putPOJO(field, value);
            Reply reply = orion.send("run", run);
            assertThat(reply.at("/message").textValue())
                    .as(field + " = " + value)
                    .startsWith("param error, error: " + field + " must");
            assertThat(reply.status()).isEqualTo(400);
        }
    }

    @Test
    void duplicates() {
        ObjectNode run = playbook(name(), "[{ping: }]", NODE);
        long id = orion.submit("run", run);

        assertRefused(orion.send("run", run), 400, "task name is duplicate");
        assertRefused(field.send("parallel_run", run), 400, "task name is duplicate");

        orion.awaitEnd(id);
        assertRefused(orion.send("run", run), 400, "task name is duplicate");
    }

    // --- Fields
    // -------------------------------------------------------------------------------------------------------

    @Test
    void tasksOfAllKinds() {
        String ping = "[{\"name\":\"hello\",\"ping\":{\"data\":\"{{ word }}\"}}]";
        List<Long> ids = new ArrayList<>();
        for (ObjectNode run : List.of(
                run(ping),
                local(name(), NODE).put("content", ping),
                run("- name: hello\n  ping: {data: '{{ word }}'}\n"),
                run(
                        "- hosts: all\n  gather_facts: no\n  tasks:\n  - name: hello\n    ping:\n      data: !unsafe 'x'\n"),
                run("[{\"hosts\":\"all\",\"gather_facts\":false,\"tasks\":" + ping + "}]"))) {
            run.withObject("/params").put("word", "hello");
            ids.add(orion.submit("run", run));
        }
        ObjectNode array = local(name(), NODE);
        array.set("tasks", inside(body().put("x", ping).get("x")));
        array.put("params", "{\"word\":\"x\",\"ansible_connection\":\"local\"}");
        ids.add(orion.submit("run", array));

        for (int i = 0; i < ids.size(); i++) {
            JsonNode end = orion.awaitEnd(ids.get(i));
            assertThat(end.at("/status").intValue()).as(i + ": " + end).isEqualTo(2);
            boolean whole = i == 3 || i == 4;
            assertThat(inside(end.at("/log")).findValuesAsText("task"))
                    .containsExactlyElementsOf(whole ? List.of("hello") : List.of("Gathering Facts", "hello"));
        }
    }

    private static ObjectNode run(String tasks) {
        return local(name(), NODE).put("tasks", tasks);
    }

    @Test
    void whatOnlyAnsibleCanJudgeIsAcceptedAndFails() {
        List<Long> ids = new ArrayList<>();
        ids.add(orion.submit("run", run("[{\"no_such_module\":{}}]")));
        ids.add(orion.submit("run", run("[\"no-such-role\"]").put("tasktype", "ansible_role")));
        ids.add(orion.submit("parallel_run", run("- hosts: all\n  no_such_keyword: 1\n")));

        List<String> reasons = List.of("no_such_module", "no-such-role", "no_such_keyword");
        for (int i = 0; i < ids.size(); i++) {
            JsonNode end = orion.awaitEnd(ids.get(i));
            assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(3);
            assertThat(inside(end.at("/err")).at("/msg").textValue()).contains(reasons.get(i));
        }
    }

    @Test
    void rolesThatAreThere() throws IOException {
        Path tasks = Files.createDirectories(centre.home().resolve("ansible/roles/greeter/tasks"));
        Files.writeString(tasks.resolve("main.yml"), "- {name: greet, command: 'echo {{ greeting }}'}\n");
        for (String roles : List.of("[\"greeter\"]", "[{\"role\":\"greeter\"}]", "- greeter\n")) {
            ObjectNode run = run(roles).put("tasktype", "ansible_role");
            run.withObject("/params").put("greeting", "good day");

            JsonNode end = orion.awaitEnd(orion.submit("run", run));

            assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
            JsonNode log = inside(end.at("/log"));
            assertThat(log.findValuesAsText("task")).containsExactly("Gathering Facts", "greeter : greet");
            assertThat(log.get(1).path("stdout").textValue()).isEqualTo("good day");
        }
    }

    @Test
    void defaultsOfFields() throws IOException {
        Path mark = folder.resolve("by-default");
        String[] nodes = IntStream.range(0, 7).mapToObj(i -> "10.9.7." + i).toArray(String[]::new);
        ObjectNode run = local(name(), nodes)
                .put(
                        "tasks",
                        "[{\"debug\":{\"msg\":\"{{ ansible_forks }} {{ ansible_check_mode }} {{ ansible_become | default(false) }}"
                                + " {{ ansible_user | default(lookup('config', 'remote_user', plugin_type='connection',"
                                + " plugin_name='ssh')) }}\"}},{\"shell\":\"echo x >>" + mark + "\"}]");

        JsonNode end = field.awaitEnd(field.submit("run", run));

        assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(inside(end.at("/nodes/0/log")).get(1).path("msg").textValue())
                .isEqualTo("5 False False root");
        assertThat(Files.readAllLines(mark)).hasSize(7);
    }

    @Test
    void aNameOf255CharactersOfAnyKind() {
        String name = NAMES.incrementAndGet() + "-" + "\ud83d\ude00".repeat(250);
        name += "x".repeat(255 - name.codePointCount(0, name.length()));

        long id = orion.submit("run", playbook(name, "[{ping: }]", NODE));

        assertThat(orion.send("check", body().put("name", name))
                        .at("/content/id")
                        .longValue())
                .isEqualTo(id);
        assertThat(orion.awaitEnd(id).at("/status").intValue()).isEqualTo(2);
        assertThat(orion.send("run", playbook(name + "x", "[{ping: }]", NODE)).status())
                .isEqualTo(400);
    }

    @Test
    void aLogOfManyLinesComesWholeAndInOrder() {
        ChannelClient mine = client(token).as(ChannelClient.FIELD, "orion", "many lines");
        String tasks = IntStream.range(0, 33)
                .mapToObj(i -> "{debug: {msg: 't" + i + "'}}")
                .collect(Collectors.joining(",", "[", ",{fail: {msg: '{{ \"x\" * 50000 }}'}}]"));
        String[] nodes = IntStream.range(0, 8).mapToObj(i -> "10.9.6." + i).toArray(String[]::new);
        mine.awaitEnd(mine.submit("run", playbook(name(), tasks, nodes)));

        List<String> lines = new ArrayList<>();
        mine.send("getlog", body()).at("/content/log").forEach(line -> lines.add(line.textValue()));

        assertThat(lines).hasSize(8 * 34);
        assertThat(lines.subList(0, 8 * 33)).allMatch(line -> line.endsWith("reuslt = ok"));
        assertThat(lines.subList(8 * 33, 8 * 34))
                .allMatch(line -> line.endsWith("reuslt = failed \n\tmessage: " + "x".repeat(4_096) + "..."));
        for (String node : nodes) {
            assertThat(lines.stream().filter(line -> line.contains("host = " + node + ",")))
                    .hasSize(34);
        }
    }

    @Test
    void nodesAsTextAndTwiceAreOnes() {
        ObjectNode run = playbook(name(), "[{ping: }]").put("nodes", "node-a, 10.0.0.1,node-a,fe80::1,a_b.example");

        JsonNode end = orion.awaitEnd(orion.submit("run", run));

        assertThat(end.at("/nodes").textValue()).isEqualTo("[\"node-a\",\"10.0.0.1\",\"fe80::1\",\"a_b.example\"]");
        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
    }

    @Test
    void namesAndParamsAreDataAndNothingElse() {
        String name = "'; $(touch /tmp/x) \"{{ 1+1 }}\" \n --help ../../x \u00e9\u4e2d" + name();
        ObjectNode run =
                playbook(name, "[{debug: {msg: '{{ word }}'}}, {command: {argv: [echo, '{{ word }}']}}]", NODE);
        run.withObject("/params").put("word", "a\"b'c\n$(id) {# x #}");
        run.put("fork_num", "3").put("user", "-oProxyCommand=x {{ 1 }}");

        long id = orion.submit("run", run);

        JsonNode end = orion.awaitEnd(id);
        assertThat(orion.send("check", body().put("name", name))
                        .at("/content/id")
                        .longValue())
                .isEqualTo(id);
        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(inside(end.at("/log")).get(1).path("stdout").textValue()).startsWith("a\"b'c\n$(id)");
    }

    @Test
    void checkTagsAndSkipTagsAreAnsibles() throws IOException {
        Path mark = folder.resolve("mark");
        ObjectNode run = playbook(
                name(),
                "[{file: {path: '" + mark
                        + "', state: touch}, tags: [a]}, {debug: , tags: [b]}, {ping: , tags: [a, c]}]",
                NODE);
        run.put("check", true).withArray("/tags").add("a");
        run.put("skip_tags", "c");

        JsonNode end = orion.awaitEnd(orion.submit("run", run));

        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(inside(end.at("/log")).findValuesAsText("task")).containsExactly("file");
        assertThat(mark).doesNotExist();
    }

    // --- Life
    // ---------------------------------------------------------------------------------------------------------

    @Test
    void aStopEndsEveryProcessOfARun() throws IOException {
        Path mark = folder.resolve("stopped");
        long id = orion.submit(
                "run",
                playbook(
                        name(),
                        "[{shell: 'setsid sleep 987 & echo x >" + mark + "; sleep 987', when: inventory_hostname == '"
                                + NODE + "'}]",
                        NODE,
                        "10.9.8.6"));
        await().atMost(PATIENCE).until(() -> Files.exists(mark));
        JsonNode running = field.check(id);
        assertThat(running.at("/task/status").intValue()).isEqualTo(1);
        assertThat(running.at("/task/err").isNull()).isTrue();

        assertThat(orion.send("stop", body().put("id", Long.toString(id))).status())
                .isEqualTo(200);

        JsonNode end = field.awaitEnd(id);
        assertThat(end.at("/task/status").intValue()).isEqualTo(4);
        assertThat(end.at("/nodes/0/status").intValue()).isEqualTo(4);
        assertThat(processes("987")).isEmpty();
        assertThat(orion.send("stop", body().put("id", id)).status()).isEqualTo(200);
        assertThat(ChannelClient.status(field.check(id))).isEqualTo(4);
    }

    @Test
    void aStopComesSoonAndNodesThatHadFinishedKeepTheirResult() {
        ObjectNode run = local(name(), "10.9.5.1", "10.9.5.2", "10.9.5.3", "10.9.5.4")
                .put("fork_num", 3)
                .put("tasks", """
                        [{"fail": {"msg": "x"}, "when": "inventory_hostname == '10.9.5.1'"},
                         {"meta": "end_host", "when": "inventory_hostname == '10.9.5.2'"},
                         {"command": "sleep 543"}]""");
        long id = orion.submit("run", run);
        field.await(id, content -> statuses(content).subList(0, 2).equals(List.of(3, 2)));
        await().atMost(PATIENCE).until(() -> processes("543").size() == 2);
        assertThat(ChannelClient.status(field.check(id))).isEqualTo(1);

        orion.send("stop", body().put("id", id));

        await().atMost(Duration.ofSeconds(15)).until(() -> ChannelClient.status(field.check(id)) == 4);
        JsonNode end = field.check(id);
        assertThat(statuses(end)).containsExactly(3, 2, 4, 4);
        assertThat(inside(end.at("/nodes/0/log")).findValuesAsText("status")).containsExactly("ok", "failed");
        assertThat(processes("543")).isEmpty();
    }

    @Test
    void whatObeysAStopIsGoneLongBeforeWhatMustBeKilled() {
        Path obeying = folder.resolve("obeying");
        Path stubborn = folder.resolve("stubborn");
        long first = orion.submit("run", noticing(stubborn, ""));
        long second = orion.submit("run", noticing(obeying, "; exit"));
        for (Path each : List.of(obeying, stubborn)) {
            await().atMost(PATIENCE).until(() -> Files.exists(each));
            assertThat(SeenProcess.with(each.toString())).isNotEmpty();
        }

        long asked = System.nanoTime();
        orion.send("stop", body().put("id", first));
        orion.send("stop", body().put("id", second));

        assertThat(ChannelClient.status(field.awaitEnd(second))).isEqualTo(4);
        assertThat(SeenProcess.with(obeying.toString())).isEmpty();
        assertThat(ChannelClient.status(field.check(first))).isEqualTo(1);
        assertThat(SeenProcess.with(stubborn.toString())).isNotEmpty();
        assertThat(ChannelClient.status(field.awaitEnd(first))).isEqualTo(4);
        assertThat(SeenProcess.with(stubborn.toString())).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .as("what it was given to end by itself")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        for (Path each : List.of(obeying, stubborn)) {
            assertThat(each).as("asked before it was killed").hasContent("begun\nasked\n");
        }
    }

    /** A run on this machine that goes on until it is ended, and writes into a file that it has begun and that it was asked to end. */
    private static ObjectNode noticing(Path file, String then) {
        ObjectNode run = playbook(name(), "[{shell: '{{ script }}'}]", NODE);
        run.withObject("/params")
                .put(
                        "script",
                        "exec >/dev/null 2>&1; trap 'echo asked >>%1$s%2$s' TERM; echo begun >%1$s; while :; do sleep 0.1; done"
                                .formatted(file, then));
        return run;
    }

    @Test
    void aNodeThatNoForkHasReachedWaits() {
        long id = orion.submit(
                "run",
                playbook(name(), "[{command: sleep 432}]", "10.9.4.1", "10.9.4.2")
                        .put("fork_num", 1));

        await().atMost(PATIENCE).until(() -> !processes("432").isEmpty());
        assertThat(statuses(field.await(id, content -> statuses(content).contains(1))))
                .containsExactly(1, 0);

        orion.send("stop", body().put("id", id));
        assertThat(statuses(field.awaitEnd(id))).containsOnly(4);
    }

    @Test
    void aPauseHoldsRunsAndTheirShares() {
        centre.admin().pause("run");
        long run;
        long shares;
        try {
            run = orion.submit("run", playbook(name(), "[{command: echo hi}]", NODE));
            shares = orion.submit("parallel_run", playbook(name(), "[{command: echo hi}]", NODE, "10.9.8.6"));
            // Another kind's work, handed in later and ended, shows that there was time for these.
            ManagerClient calls = centre.manager(centre.admin().account("pause", "pause"));
            calls.add(ManagerClient.task("pause", "1", "GET", URI.create("http://target.invalid/")));
            await().atMost(PATIENCE)
                    .until(() -> calls.status(ManagerClient.one("pause", "1"))
                            .at("/results/0/result/code")
                            .isInt());
            assertThat(orion.check(run).at("/status").intValue()).isZero();
            assertThat(orion.check(shares).at("/status").intValue()).isZero();
        } finally {
            centre.admin().pause();
        }
        assertThat(orion.awaitEnd(run).at("/status").intValue()).isEqualTo(2);
        assertThat(orion.awaitEnd(shares).at("/status").intValue()).isEqualTo(2);
    }

    @Test
    void aStopEndsAllSharesAndIdAndNameMustBeOfOneRun() {
        String name = name();
        String[] nodes = IntStream.range(1, 13).mapToObj(i -> "10.9.9." + i).toArray(String[]::new);
        long id = orion.submit(
                "parallel_run", playbook(name, "[{command: sleep 876}]", nodes).put("fork_num", 2));
        await().atMost(PATIENCE).until(() -> !processes("876").isEmpty());
        assertThat(statuses(field.check(id)).stream().filter(status -> status == 1))
                .hasSizeLessThanOrEqualTo(2);

        for (String route : List.of("stop", "check")) {
            assertRefused(orion.send(route, body().put("id", id + 1).put("name", name)), 404, "task not found...");
        }
        assertThat(orion.send("stop", body().put("id", id).put("name", name)).status())
                .isEqualTo(200);

        JsonNode end = field.awaitEnd(id);
        assertThat(end.at("/task/status").intValue()).isEqualTo(4);
        assertThat(statuses(end)).containsOnly(4);
        assertThat(processes("876")).isEmpty();
    }

    @Test
    void anAdministratorCancelsRuns() {
        long id = orion.submit(
                "parallel_run",
                playbook(name(), "[{command: sleep 654}]", "10.9.9.1", "10.9.9.2")
                        .put("fork_num", 1));
        await().atMost(PATIENCE).until(() -> !processes("654").isEmpty());

        // What waits first, and then what is under way.
        assertThat(centre.admin().send("POST", "/tasks/" + id + "/cancel", null).status())
                .isEqualTo(200);
        assertThat(statuses(field.check(id))).containsExactlyInAnyOrder(1, 4);
        assertThat(centre.admin().send("POST", "/tasks/" + id + "/cancel", null).status())
                .isEqualTo(409);
        assertThat(centre.admin()
                        .send("POST", "/tasks/" + id + "/cancel", body().put("force", true))
                        .status())
                .isEqualTo(200);

        assertThat(statuses(field.awaitEnd(id))).containsOnly(4);
        assertThat(processes("654")).isEmpty();
    }

    private static List<Integer> statuses(JsonNode content) {
        return content.path("nodes").findValues("status").stream()
                .map(JsonNode::intValue)
                .toList();
    }

    private static List<String> processes(String word) {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("sleep " + word))
                .toList();
    }

    @Test
    void aRunThatTakesTooLongFails() {
        long id = orion.submit(
                "run", playbook(name(), "[{command: sleep 765}]", NODE).put("timeout", 3));

        JsonNode end = orion.awaitEnd(id);

        assertThat(end.at("/status").intValue()).isEqualTo(3);
        assertThat(inside(end.at("/err")).at("/msg").textValue()).contains("time limit of 3 s");
        assertThat(processes("765")).isEmpty();
    }

    @Test
    void failuresAreTriedAgainWhereThatIsAskedFor() throws IOException {
        Path tries = folder.resolve("tries");
        String task = "[{shell: 'echo x >>" + tries + "; test $(wc -l <" + tries + ") -ge 3'}]";

        JsonNode end =
                orion.awaitEnd(orion.submit("run", playbook(name(), task, NODE).put("retries", "2")));

        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(Files.readAllLines(tries)).hasSize(3);
        assertThat(inside(end.at("/log")).findValuesAsText("status")).containsExactly("failed", "failed", "ok");
    }

    @Test
    void unreachableNodesAreTriedTwiceMoreAndOthersAreNotRunAgain() throws IOException {
        JsonNode end = field.awaitEnd(unreachable);

        assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(5);
        assertThat(statuses(end)).containsExactly(3, 2);
        assertThat(inside(end.at("/task/err")).at("/msg").textValue()).startsWith("127.0.0.99: unreachable");
        assertThat(inside(end.at("/nodes/0/log")).findValuesAsText("status"))
                .containsExactly("unreachable", "unreachable", "unreachable");
        assertThat(inside(end.at("/nodes/1/log"))).hasSize(1);
        assertThat(Files.readAllLines(ssh.folder(ssh.names().get(0)).resolve("runs")))
                .hasSize(1);
    }

    private static ObjectNode overSsh(String node) {
        ObjectNode run = body().put("name", name()).put("user", ssh.user()).put("params", ssh.variables());
        run.withArray("/nodes").add(node);
        return run.put("tasks", "- hosts: all\n  gather_facts: false\n  tasks: [{command: id}]");
    }

    @Test
    void aNodeIsBelievedForTheHostKeyThatWasSeenFirst() throws IOException {
        String node = ssh.names().get(21);
        assertThat(ChannelClient.status(field.awaitEnd(field.submit("run", overSsh(node)))))
                .isEqualTo(2);
        Path known = centre.home().resolve("ansible/known_hosts");
        assertThat(Files.readString(known)).contains(ssh.knownHost(node).split(" ")[2]);

        ssh.changeHostKey(node);
        long id = field.submit("run", overSsh(node));

        JsonNode tried = field.await(id, content -> content.at("/nodes/0/log").isTextual());
        assertThat(inside(tried.at("/nodes/0/log")).findValuesAsText("status")).containsExactly("unreachable");
        assertThat(inside(tried.at("/nodes/0/log")).get(0).path("msg").textValue())
                .containsAnyOf("Host key verification failed", "Data could not be sent to remote host");
        assertThat(Files.readString(known)).doesNotContain(ssh.knownHost(node).split(" ")[2]);
        field.send("stop", body().put("id", id));
        assertThat(ChannelClient.status(field.awaitEnd(id))).isEqualTo(4);
    }

    @Test
    void overSshTheFastOnesAreDoneWhileASlowOneStillWorks() throws IOException {
        List<String> nodes = ssh.names().subList(1, 21);
        Path hold = Files.writeString(ssh.folder(nodes.get(0)).resolve("hold"), "");
        Files.writeString(ssh.folder(nodes.get(1)).resolve("failing"), "");
        ssh.stop(nodes.get(2));
        ssh.refuseKeys(nodes.get(3));
        ObjectNode run = body().put("name", name()).put("user", ssh.user()).put("params", ssh.variables());
        nodes.forEach(run.withArray("/nodes")::add);
        run.put("fork_num", 10).put("tasks", """
                [{"shell": "while test -e $NODE_FOLDER/hold; do sleep 0.1; done"},
                 {"shell": "test ! -e $NODE_FOLDER/failing && echo I am $NODE"}]""");

        long id = orion.submit("run", run);

        JsonNode most = field.await(
                id,
                content ->
                        statuses(content).stream().filter(status -> status == 2).count() == 16);
        assertThat(most.at("/task/status").intValue()).isEqualTo(1);
        assertThat(statuses(most).get(0)).isEqualTo(1);
        Files.delete(hold);
        JsonNode end = field.awaitEnd(id);
        assertThat(end.at("/task/status").intValue()).isEqualTo(5);
        List<Integer> expected = new ArrayList<>(Collections.nCopies(20, 2));
        expected.subList(1, 4).replaceAll(status -> 3);
        assertThat(statuses(end)).isEqualTo(expected);
        assertThat(inside(end.at("/nodes/19/log")).get(2).path("stdout").textValue())
                .isEqualTo("I am " + nodes.get(19));
        for (int unreachable : List.of(2, 3)) {
            assertThat(inside(end.at("/nodes/" + unreachable + "/log")).findValuesAsText("status"))
                    .containsExactly("unreachable", "unreachable", "unreachable");
        }
    }

    @Test
    void theCorrelationIsInOurOwnLog() {
        ChannelClient mine = client(token).as(ChannelClient.FIELD, "orion", "flow of mine");

        mine.awaitEnd(mine.submit("run", playbook(name(), "[{ping: }]", NODE)));

        assertThat(centre.output())
                .anyMatch(line -> line.contains("TC01350") && line.contains("correlation flow of mine"));
    }

    @Test
    void anAccountWithOpenRunsIsNotDeleted() {
        Reply made = centre.admin().send("POST", "/accounts", body().put("name", "leaving"));
        ChannelClient leaving = client(made.at("/data/token").asText()).as(ChannelClient.FIELD, "leaving", "1");
        long id = leaving.submit("parallel_run", playbook(name(), "[{command: sleep 654}]", NODE));
        String path = "/accounts/" + made.at("/data/id").asText();

        assertThat(centre.admin().send("DELETE", path, null).status()).isEqualTo(409);

        leaving.send("stop", body().put("id", id));
        leaving.awaitEnd(id);
        assertThat(centre.admin().send("DELETE", path, null).status()).isEqualTo(200);
    }
}

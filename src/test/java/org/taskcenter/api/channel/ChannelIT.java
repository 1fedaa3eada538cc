package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.channel.Stage.CENTRE;
import static org.taskcenter.api.channel.Stage.FIELD;
import static org.taskcenter.api.channel.Stage.NODE;
import static org.taskcenter.api.channel.Stage.ORION;
import static org.taskcenter.api.channel.Stage.OTHERS;
import static org.taskcenter.api.channel.Stage.TOKEN;
import static org.taskcenter.api.channel.Stage.assertRefused;
import static org.taskcenter.api.channel.Stage.client;
import static org.taskcenter.api.channel.Stage.name;
import static org.taskcenter.testing.ChannelClient.body;
import static org.taskcenter.testing.ChannelClient.inside;
import static org.taskcenter.testing.ChannelClient.local;
import static org.taskcenter.testing.ChannelClient.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;

/** The Channel API as its clients see it: its two dialects, who may use it, and its errors. Each test is called by what it is about. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class ChannelIT {
    private static final String LINE =
            "global_id = %1$s, source = orion, create_time = %2$s, end_time = %2$s, host = %3$s, reuslt = %4$s";
    private static final String SECOND = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";
    private static final String HTTP_DATE =
            "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT";

    // --- Dialects
    // -----------------------------------------------------------------------------------------------------

    @Test
    void dialectOfTheDocument() {
        ChannelClient mine = client(TOKEN).as(ChannelClient.DOCUMENT, "orion", "document");
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
        ChannelClient mine = client(TOKEN).as(ChannelClient.FIELD, "orion", "field");
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
                client(TOKEN).as(ChannelClient.DOCUMENT, "orion", "both").with(ChannelClient.FIELD, "nobody's");

        assertRefused(both.send("getlog", body()), 404, "task not found...");
    }

    @Test
    void trailingCommasAndAnyContentTypeAreTaken() throws Exception {
        String text = "{\"nodes\":[\"" + NODE + "\",],\"user\":\"root\",\"name\":\"" + name()
                + "\",\"content\":\"[{\\\"ping\\\":null}]\",\"params\":\"{\\\"ansible_connection\\\":\\\"local\\\"}\",\"fork_num\":5,}";
        HttpRequest request = HttpRequest.newBuilder(CENTRE.uri("/api/run"))
                .header("Authorization", "Bearer " + TOKEN)
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
        Reply foreign = client(OTHERS).as(ChannelClient.FIELD, "orion", "1").send("run", body());
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.at("/code").intValue()).isEqualTo(-1);
        assertThat(ORION.send("getlog", body().put("source", "hubble")).status())
                .isEqualTo(403);
        assertThat(FIELD.send("getlog", body().put("source", "second")).status())
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
        long id = ORION.submit("run", playbook(name, "[{ping: }]", NODE));
        ChannelClient hubble = client(OTHERS).as(ChannelClient.FIELD, "hubble", "1-1");

        for (String route : List.of("stop", "check")) {
            assertRefused(hubble.send(route, body().put("id", id)), 404, "task not found...");
            assertRefused(hubble.send(route, body().put("name", name)), 404, "task not found...");
        }

        assertThat(ChannelClient.status(ORION.awaitEnd(id))).isEqualTo(2);
        assertThat(hubble.send("getlog", body()).at("/content/log")).isEmpty();
        assertRefused(hubble.send("run", playbook(name, "[{ping: }]", NODE)), 400, "task name is duplicate");
    }

    // --- Errors
    // -------------------------------------------------------------------------------------------------------

    @Test
    void errorsInTheirOrder() {
        ChannelClient bare = client(TOKEN);
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
            HttpRequest get = HttpRequest.newBuilder(CENTRE.uri("/api/" + route))
                    .header("Authorization", "Bearer " + TOKEN)
                    .build();
            var answer = HttpClient.newHttpClient().send(get, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.body()).startsWith("{\"code\":-1,\"message\":\"");
            Reply text = ORION.with("Accept", "text/plain").send(route, body());
            assertThat(text.status()).isEqualTo(406);
            assertThat(text.at("/code").intValue()).isEqualTo(-1);
        }
    }

    @Test
    void errorsOfFields() {
        assertRefused(ORION.send("run", body()), 400, "param error, error: key name not found");
        assertRefused(ORION.send("run", body().put("name", name())), 400, "param error, error: key nodes not found");
        assertRefused(ORION.send("parallel_run", local(name(), NODE)), 400, "param error, error: key tasks not found");
        for (String route : List.of("stop", "check")) {
            assertRefused(ORION.send(route, body()), 400, "param error, error: key id not found");
            assertRefused(ORION.send(route, body().put("id", 4_711_000_000L)), 404, "task not found...");
            assertRefused(ORION.send(route, body().put("name", "nobody's")), 404, "task not found...");
            assertThat(ORION.send(route, body().put("id", "one")).at("/message").textValue())
                    .startsWith("param error, error: id must");
        }
        for (ObjectNode wrong : List.of(
                playbook("", "[{ping: }]", NODE),
                playbook("x".repeat(256), "[{ping: }]", NODE),
                playbook("a\0b", "[{ping: }]", NODE))) {
            assertThat(ORION.send("run", wrong).at("/message").textValue()).startsWith("param error, error: name must");
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
            Reply reply = ORION.send("run", run);
            assertThat(reply.at("/message").textValue())
                    .as(field + " = " + value)
                    .startsWith("param error, error: " + field + " must");
            assertThat(reply.status()).isEqualTo(400);
        }
    }

    @Test
    void duplicates() {
        ObjectNode run = playbook(name(), "[{ping: }]", NODE);
        long id = ORION.submit("run", run);

        assertRefused(ORION.send("run", run), 400, "task name is duplicate");
        assertRefused(FIELD.send("parallel_run", run), 400, "task name is duplicate");

        ORION.awaitEnd(id);
        assertRefused(ORION.send("run", run), 400, "task name is duplicate");
    }

    @Test
    void theCorrelationIsInOurOwnLog() {
        ChannelClient mine = client(TOKEN).as(ChannelClient.FIELD, "orion", "flow of mine");

        mine.awaitEnd(mine.submit("run", playbook(name(), "[{ping: }]", NODE)));

        assertThat(CENTRE.output())
                .anyMatch(line -> line.contains("TC01350") && line.contains("correlation flow of mine"));
    }

    @Test
    void anAccountWithOpenRunsIsNotDeleted() {
        Reply made = CENTRE.admin().send("POST", "/accounts", body().put("name", "leaving"));
        ChannelClient leaving = client(made.at("/data/token").asText()).as(ChannelClient.FIELD, "leaving", "1");
        long id = leaving.submit("parallel_run", playbook(name(), "[{command: sleep 654}]", NODE));
        String path = "/accounts/" + made.at("/data/id").asText();

        assertThat(CENTRE.admin().send("DELETE", path, null).status()).isEqualTo(409);

        leaving.send("stop", body().put("id", id));
        leaving.awaitEnd(id);
        assertThat(CENTRE.admin().send("DELETE", path, null).status()).isEqualTo(200);
    }
}

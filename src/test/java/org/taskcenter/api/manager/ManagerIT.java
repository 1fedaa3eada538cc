package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.CENTRE;
import static org.taskcenter.api.manager.Stage.TOKEN;
import static org.taskcenter.api.manager.Stage.add;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.inner;
import static org.taskcenter.api.manager.Stage.requests;
import static org.taskcenter.api.manager.Stage.run;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;

/** The messages of the Manager API and their answers, over HTTP against the packaged program. */
class ManagerIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String NOTHING = "{\"message_type\":\"add_task\",\"parameters\":[]}";
    private static final int LONGEST = 16 * 1024 * 1024;

    private static HttpResponse<byte[]> post(String token, String contentType, BodyPublisher body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(CENTRE.uri("/manager")).POST(body);
        if (token != null) {
            request.header("Authorization", token);
        }
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        return send(request.build());
    }

    private static HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<byte[]> post(String text) {
        return post("Bearer " + TOKEN, "application/json", BodyPublishers.ofString(text));
    }

    private static void assertIsError(HttpResponse<byte[]> answer, String type, int code) {
        assertThat(answer.statusCode()).isEqualTo(code);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertIsError(MessagesFixture.parse(answer.body()), type, code);
    }

    private static void assertIsError(JsonNode answer, String type, int code) {
        assertThat(answer.path("message_type").textValue())
                .as(answer.toString())
                .isEqualTo(type);
        assertThat(answer.path("count")).isEqualTo(parse("{'from':0,'to':0,'total':0}"));
        assertThat(answer.path("results").isArray()).isTrue();
        assertThat(answer.path("results")).isEmpty();
        assertThat(answer.path("code").intValue()).isEqualTo(code);
        assertThat(answer.path("message").textValue()).isNotBlank();
    }

    private static void assertIsReject(JsonNode answer, int code) {
        JsonNode result = answer.at("/results/0");
        assertThat(answer.path("count")).isEqualTo(parse("{'from':0,'to':1,'total':1}"));
        assertThat(result.path("status").textValue()).as(answer.toString()).isEqualTo("reject");
        assertThat(result.path("code").intValue()).isEqualTo(code);
        assertThat(result.path("codd").intValue()).isEqualTo(code);
        assertThat(result.path("message").textValue()).isNotBlank();
    }

    @Test
    void acknowledges() {
        ObjectNode task = task("GET");

        HttpResponse<byte[]> answer = post("{\"message_type\":\"add_task\",\"parameters\":" + task + "}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(MessagesFixture.parse(answer.body()))
                .isEqualTo(parse("{'message_type':'add_task_response','count':{'from':0,'to':1,'total':1},'results':["
                        + "{'from':'acme','id':'" + id(task)
                        + "','status':'ack','codd':200,'code':200,'message':''}]}"));
        assertThat(end(task))
                .isEqualTo(parse("{'from':'acme','id':'" + id(task)
                        + "','group':null,'status':'finish','task_type':'MP-API','type':'MP-API',"
                        + "'result':{'code':200,'body':'ok'}}"));
    }

    @Test
    void takesTheSampleOfTheDocument() {
        String id = unique("sample");
        String sample = """
                {
                  "message_type": "add_task",
                  "parameters": {
                    "from": "acme",  // クライアント名 必須
                    "id": "%s", // クライアントが指定するそれぞれのID
                    "group": "XXXX", // グループ分け用文字列 任意
                    "type": "MP-API", // タスク種別 必須
                    "task": {  // リクエスト先の情報 必須
                      "url": "%s", // MP APIのURL
                      "method": "PUT", // HTTP Method
                      "body": "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\">
                <VisitorData xmlns=\\"http://smartseminar.jp/\\" version=\\"1.5\\">
                  <Id>10</Id>
                  <Attribute1>10</Attribute10>
                </VisitorData>", // MPに送るAPIの内容
                    },
                    "return_path": "" // 空ならsenderに返す
                  }
                }
                """.formatted(id, Stage.TARGET.uri("/" + id));

        assertThat(post(sample).statusCode()).isEqualTo(200);

        ACME.awaitEnd("acme", id, Stage.PATIENCE);
        assertThat(Stage.TARGET.requests("/" + id)).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("PUT");
            assertThat(request.body()).startsWith("<?xml").contains("\n").endsWith("</VisitorData>");
        });
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "application/json; charset=ISO-8859-1",
                "application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded; charset=UTF-8",
                "multipart/form-data; boundary=x",
                "text/xml",
                "json"
            })
    void readsJsonWhateverItIsCalled(String contentType) {
        ObjectNode task = task("GET").put("group", "日本");

        HttpResponse<byte[]> answer = post(
                "Bearer " + TOKEN,
                contentType,
                BodyPublishers.ofString("{\"message_type\":\"add_task\",\"parameters\":" + task + "}"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ACME.status(ManagerClient.one("acme", id(task)))
                        .at("/results/0/group")
                        .textValue())
                .isEqualTo("日本");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 3_000_000})
    void readsAFormThatComesAfterItsHeaders(int length) {
        HttpRequest request = HttpRequest.newBuilder(CENTRE.uri("/manager"))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .expectContinue(true)
                .POST(BodyPublishers.ofString(NOTHING + " ".repeat(length)))
                .build();

        assertThat(send(request).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer sk-unknown", "Basic YTpi", "Digest x"})
    void refusesWhoIsNotKnown(String authorization) {
        HttpResponse<byte[]> answer = post(authorization, "application/json", BodyPublishers.ofString(NOTHING));

        assertIsError(answer, "error_response", 401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"add_task,add_task_response", "get_status,get_status_response", "nonsense,error_response"})
    void refusesWhoMayNotInTheShapeOfTheMessage(String type, String answerType) {
        Reply limited = CENTRE.admin().send("POST", "/accounts", parse("{'name':'" + unique("limited") + "'}"));
        Reply disabled = CENTRE.admin().send("POST", "/accounts", parse("{'name':'" + unique("disabled") + "'}"));
        String path = "/accounts/" + limited.at("/data/id").longValue() + "/tokens";
        Reply token = CENTRE.admin().send("POST", path, parse("{'name':'narrow','scopes':['centre']}"));
        CENTRE.admin().send("PATCH", "/accounts/" + disabled.at("/data/id").longValue(), parse("{'enabled':false}"));
        BodyPublisher message =
                BodyPublishers.ofString("{\"parameters\":[{\"a\":1}],\"message_type\":\"" + type + "\"}");

        for (Reply refused : List.of(token, disabled)) {
            String bearer = "Bearer " + refused.at("/data/token").textValue();
            assertIsError(post(bearer, "application/json", message), answerType, 403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "PATCH"})
    void tellsWhichMethodThereIs(String method) {
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(CENTRE.uri("/manager"))
                .method(method, BodyPublishers.noBody())
                .build());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow").orElse("")).contains("POST");
        if (!method.equals("HEAD")) {
            assertIsError(answer, "error_response", 405);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "{",
                "{\"message_type\":\"add_task\",\"parameters\":[{\"from\":\"acme\"",
                "{\"message_type\":\"ADD_TASK\",\"parameters\":[]}",
                "{\"message_type\":\"ack\",\"parameters\":[]}",
                "{\"parameters\":[]}"
            })
    void refusesWhatIsNoMessage(String text) {
        assertIsError(post(text), "error_response", 400);
    }

    @Test
    void refusesHostileJson() {
        assertIsError(post("[".repeat(1_000_000)), "error_response", 400);
        assertIsError(post("{\"a\":".repeat(1_000_000)), "error_response", 400);
        assertIsError(
                post("{\"message_type\":\"add_task\",\"x\":" + "9".repeat(1_000_000) + "}"), "error_response", 400);
        assertIsError(
                post("Bearer " + TOKEN, "application/json", BodyPublishers.ofByteArray(new byte[] {
                    '{', '"', (byte) 0xFF, '"', '}'
                })),
                "error_response",
                400);
        assertIsError(
                post("Bearer " + TOKEN, null, BodyPublishers.ofByteArray(NOTHING.getBytes(StandardCharsets.UTF_16))),
                "error_response",
                400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "5", "\"x\"", "true"})
    void refusesParametersThatAreNone(String parameters) {
        assertIsError(
                post("{\"message_type\":\"add_task\",\"parameters\":" + parameters + "}"), "add_task_response", 400);
    }

    @Test
    void refusesLongMessages() {
        byte[] tooLong = new byte[LONGEST + 1];
        java.util.Arrays.fill(tooLong, (byte) ' ');

        assertIsError(
                post("Bearer " + TOKEN, "application/json", BodyPublishers.ofByteArray(tooLong)),
                "error_response",
                413);
        assertIsError(
                post(
                        "Bearer " + TOKEN,
                        "application/json",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLong))),
                "error_response",
                413);
        assertIsError(post(null, "application/json", BodyPublishers.ofByteArray(tooLong)), "error_response", 401);
    }

    @Test
    void takesTheLongestMessage() {
        String text = NOTHING + " ".repeat(LONGEST - NOTHING.length());

        assertThat(post(text).statusCode()).isEqualTo(200);
        assertThat(post(
                                "Bearer " + TOKEN,
                                "application/json",
                                BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII))))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void takesManyAndRejectsTheBadAlone() {
        ObjectNode first = task("GET");
        ObjectNode bad = task("GET").put("type", "other");
        ObjectNode last = task("GET");

        JsonNode answer = ACME.add(List.of(first, bad, last)).body();

        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':3,'total':3}"));
        assertThat(answer.get("results").findValuesAsText("id")).containsExactly(id(first), id(bad), id(last));
        assertThat(answer.get("results").findValuesAsText("status")).containsExactly("ack", "reject", "ack");
        assertThat(answer.get("results").findValuesAsText("codd")).containsExactly("200", "422", "200");
        assertThat(end(first).path("status").textValue()).isEqualTo("finish");
        assertThat(end(last).path("status").textValue()).isEqualTo("finish");
        assertThat(requests(bad)).isZero();
        assertThat(ACME.status(ManagerClient.one("acme", id(bad)))
                        .at("/count/total")
                        .intValue())
                .isZero();
    }

    @Test
    void takesTensOfThousandsInOneMessage() {
        String group = unique("group");
        List<ObjectNode> tasks = IntStream.range(0, 20_500)
                .mapToObj(i -> task("GET").put("group", group))
                .peek(task -> inner(task).put("run_at", "2100-01-01T00:00:00Z"))
                .toList();

        JsonNode answer = ACME.add(tasks).body();

        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':20500,'total':20500}"));
        assertThat(answer.get("results").findValuesAsText("status")).containsOnly("ack");
        assertThat(ACME.cancel(ManagerClient.group("acme", group))
                        .body()
                        .get("results")
                        .findValuesAsText("code"))
                .hasSize(20_500)
                .containsOnly("200");
    }

    @Test
    void answersNoTasksWithNoResults() {
        assertThat(MessagesFixture.parse(post(NOTHING).body()))
                .isEqualTo(
                        parse("{'message_type':'add_task_response','count':{'from':0,'to':0,'total':0},'results':[]}"));
    }

    @ParameterizedTest
    @CsvSource({"id,400", "from,400", "type,400", "task,400"})
    void rejectsWhatLacksAField(String field, int code) {
        ObjectNode task = task("GET");
        task.remove(field);

        Reply reply = ACME.add(task);

        assertThat(reply.status()).isEqualTo(200);
        assertIsReject(reply.body(), code);
        if (!field.equals("id")) {
            assertThat(reply.at("/results/0/id").textValue()).isEqualTo(id(task));
        } else {
            assertThat(reply.at("/results/0/id").isNull()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            url          | 'ftp://127.0.0.1/'                | 400
            url          | 'nonsense'                        | 400
            method       | 'TRACE'                           | 400
            body         | {}                                | 400
            timeout      | 0                                 | 400
            priority     | 11                                | 400
            run_at       | 'tomorrow'                        | 400
            at_most_once | 'perhaps'                         | 400
            retry        | {'max_attempts':0}                | 400
            retry        | []                                | 400
            headers      | {'Host':'a'}                      | 400
            headers      | {'X-A':'a\\r\\nX-B: b'}           | 400
            """)
    void rejectsWrongFieldsOfATask(String field, String value, int code) {
        ObjectNode task = task("GET");
        inner(task).set(field, parse(value));

        assertIsReject(ACME.add(task).body(), code);
        assertThat(requests(task)).isZero();
    }

    @Test
    void rejectsAReturnPathThatIsNone() {
        assertIsReject(
                ACME.add(task("GET").put("return_path", "ftp://127.0.0.1/")).body(), 400);
    }

    @Test
    void rejectsALongBody() {
        ObjectNode longest = task("POST");
        inner(longest).put("body", "x".repeat(1024 * 1024));
        run(longest);
        assertThat(Stage.TARGET.requests("/" + id(longest)).get(0).bytes()).hasSize(1024 * 1024);

        ObjectNode tooLong = task("POST");
        inner(tooLong).put("body", "é" + "x".repeat(1024 * 1024 - 1));
        assertIsReject(ACME.add(tooLong).body(), 413);
    }

    @Test
    void rejectsADuplicateWhateverBecameOfTheFirst() {
        ObjectNode task = task("GET");
        JsonNode both = ACME.add(List.of(task, task)).body();
        assertThat(both.get("results").findValuesAsText("code")).containsExactly("200", "409");

        assertIsReject(ACME.add(task).body(), 409);
        end(task);
        assertIsReject(ACME.add(task).body(), 409);

        ObjectNode foreign = task.deepCopy().put("from", "acme-two");
        assertThat(ACME.add(foreign).at("/results/0/status").textValue()).isEqualTo("ack");
        assertThat(end(foreign).path("from").textValue()).isEqualTo("acme-two");
        assertThat(requests(task)).isEqualTo(2);
    }

    @Test
    void takesNumbersAsText() {
        ObjectNode task = task("GET").put("from", 7).put("group", 12.50);
        String id = String.valueOf(1_000_000 + System.nanoTime());
        task.put("id", Long.parseLong(id));

        JsonNode answer = ACME.add(task).body();

        assertThat(answer.at("/results/0/from").textValue()).isEqualTo("7");
        assertThat(answer.at("/results/0/id").textValue()).isEqualTo(id);
        assertThat(ACME.awaitEnd("7", id, Stage.PATIENCE).path("group").textValue())
                .isEqualTo("12.5");
    }

    @Test
    void takesTheLongestNamesOfAnyCharacters() {
        String odd = unique("\"\\/<>&%'日本é ;--");
        String longest = odd + "😀".repeat(255 - odd.codePointCount(0, odd.length()));
        ObjectNode task = task("GET").put("id", longest).put("group", longest);

        JsonNode line = run(task);

        assertThat(line.path("id").textValue()).isEqualTo(longest);
        assertThat(line.path("group").textValue()).isEqualTo(longest);
        assertThat(ACME.status(ManagerClient.group("acme", longest))
                        .at("/count/total")
                        .intValue())
                .isOne();
        assertIsReject(ACME.add(task("GET").put("id", longest + "x")).body(), 400);
    }

    @Test
    void letsNobodyUseAnotherName() {
        ObjectNode foreign = task("GET").put("from", "somebody");
        Reply rejected = ACME.add(foreign);
        assertThat(rejected.status()).isEqualTo(200);
        assertIsReject(rejected.body(), 403);

        ManagerClient administrator = CENTRE.manager(CENTRE.adminToken());
        assertIsReject(administrator.add(task("GET")).body(), 403);

        for (ManagerClient client :
                List.of(administrator, CENTRE.manager(CENTRE.admin().account(unique("user"))))) {
            Reply status = client.status(ManagerClient.one("acme", "1"));
            assertThat(status.status()).isEqualTo(403);
            assertIsError(status.body(), "get_status_response", 403);
            Reply cancel = client.cancel(ManagerClient.one("acme", "1"));
            assertThat(cancel.status()).isEqualTo(403);
            assertIsError(cancel.body(), "cancel_task_response", 403);
        }
    }

    @Test
    void rejectsWhatIsNoTaskAlone() {
        ObjectNode good = task("GET");
        ArrayNode parameters = (ArrayNode) parse("[5,null,'x',[],{'from':{},'id':[1]},{'from':true,'id':false}]");
        parameters.add(good);

        JsonNode answer = ACME.message("add_task", parameters).body();

        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':7,'total':7}"));
        for (int i = 0; i < 6; i++) {
            JsonNode result = answer.get("results").get(i);
            assertThat(result.path("status").textValue()).isEqualTo("reject");
            assertThat(result.path("code").intValue()).isEqualTo(400);
            assertThat(result.path("from").isNull()).isTrue();
            assertThat(result.path("id").isNull()).isTrue();
        }
        assertThat(answer.at("/results/6/status").textValue()).isEqualTo("ack");
        end(good);
    }

    @Test
    void ignoresWhatItDoesNotKnowAndTakesNullAsAbsent() {
        ObjectNode task = task("GET").put("unknown", 1).putNull("group").putNull("return_path");
        task.putObject("more").putArray("of").add("it");
        inner(task)
                .put("unknown", "x")
                .putNull("body")
                .putNull("headers")
                .putNull("timeout")
                .putNull("retry")
                .putNull("at_most_once")
                .putNull("run_at")
                .putNull("priority");

        JsonNode line = run(task);

        assertThat(line.path("status").textValue()).isEqualTo("finish");
        assertThat(line.path("group").isNull()).isTrue();
        ObjectNode question = ManagerClient.one("acme", id(task));
        question.put("unknown", true).putNull("group").putNull("offset").putNull("limit");
        question.putNull("only_count").putNull("force");
        assertThat(ACME.status(question).at("/results/0")).isEqualTo(line);
        assertThat(ACME.cancel(question).at("/results/0/code").intValue()).isEqualTo(409);
    }

    @Test
    void takesMethodsInAnyCase() {
        ObjectNode task = task("GET");
        inner(task).put("method", "pAtCh");

        run(task);

        assertThat(Stage.TARGET.requests("/" + id(task)).get(0).method()).isEqualTo("PATCH");
    }

    @Test
    void takesFlagsAndNumbersAsText() {
        Answer no = Answer.of(503, "no");
        ObjectNode twice = task("GET", no);
        inner(twice).put("timeout", "30").put("priority", "-3").put("at_most_once", "False");
        inner(twice)
                .putObject("retry")
                .put("max_attempts", "2")
                .put("min_backoff", "0.01")
                .put("max_backoff", "1e-2")
                .put("deadline", "60")
                .put("unsafe", "TRUE");
        ObjectNode once = task("GET", no);
        inner(once).put("at_most_once", "True");

        run(twice);
        run(once);

        assertThat(requests(twice)).isEqualTo(2);
        assertThat(requests(once)).isOne();
    }

    @Test
    void takesBothSpellingsOfType() {
        ObjectNode task = task("GET").put("task_type", "MP-API");
        task.remove("type");

        JsonNode line = run(task);

        assertThat(line.path("type").textValue()).isEqualTo("MP-API");
        assertThat(line.path("task_type").textValue()).isEqualTo("MP-API");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            {'from':'acme'}                         | 400
            {'id':'1'}                              | 400
            {'from':'acme','id':''}                 | 400
            {'from':'acme','id':'1','offset':-1}    | 400
            {'from':'acme','id':'1','limit':'x'}    | 400
            [{'from':'acme','id':'1'}]              | 400
            """)
    void refusesWrongLookUps(String parameters, int code) {
        for (String type : List.of("get_status", "cancel_task")) {
            Reply reply = ACME.message(type, parse(parameters));
            assertThat(reply.status()).isEqualTo(code);
            assertIsError(reply.body(), type + "_response", code);
        }
    }

    @Test
    void findsNothingWhereThereIsNothing() {
        assertThat(ACME.status(ManagerClient.one("acme", unique("unknown"))).body())
                .isEqualTo(parse(
                        "{'message_type':'get_status_response','count':{'from':0,'to':0,'total':0},'results':[]}"));
    }

    @Test
    void findsByIdAndGroup() {
        String group = unique("group");
        ObjectNode task = task("GET").put("group", group);
        ObjectNode other = task("GET").put("group", group);
        add(task);
        add(other);

        assertThat(ACME.status(ManagerClient.group("acme", group))
                        .body()
                        .get("results")
                        .findValuesAsText("id"))
                .containsExactly(id(task), id(other));
        assertThat(ACME.status(ManagerClient.one("acme", id(other)).put("group", group))
                        .at("/results/0/id")
                        .textValue())
                .isEqualTo(id(other));
        assertThat(ACME.status(ManagerClient.one("acme", id(other)).put("group", "another"))
                        .at("/count/total")
                        .intValue())
                .isZero();
        assertThat(ACME.status(ManagerClient.group("acme-two", group))
                        .at("/count/total")
                        .intValue())
                .isZero();
        assertThat(ACME.status(ManagerClient.one("acme-two", id(task)))
                        .at("/count/total")
                        .intValue())
                .isZero();
    }

    @Test
    void pagesByAcceptanceOldestFirst() {
        String group = unique("group");
        List<ObjectNode> tasks = IntStream.range(0, 1_100)
                .mapToObj(i -> task("GET").put("group", group))
                .peek(task -> inner(task).put("run_at", "2100-01-01T00:00:00Z"))
                .toList();
        ACME.add(tasks.subList(0, 700));
        ACME.add(tasks.subList(700, 1_100));
        List<String> ids = tasks.stream().map(Stage::id).toList();

        assertPage(group, "{}", 0, 100, ids);
        assertPage(group, "{'offset':690,'limit':20}", 690, 710, ids);
        assertPage(group, "{'offset':'1095','limit':'20'}", 1_095, 1_100, ids);
        assertPage(group, "{'limit':5000}", 0, 1_000, ids);
        assertPage(group, "{'limit':0}", 0, 0, ids);
        assertPage(group, "{'offset':7,'limit':0}", 7, 7, ids);
        assertPage(group, "{'offset':5000}", 1_100, 1_100, ids);
        assertPage(group, "{'offset':99999999999999999999}", 1_100, 1_100, ids);
        assertPage(group, "{'offset':7,'only_count':'true'}", 0, 0, ids);
        ACME.cancel(ManagerClient.group("acme", group));
    }

    private static void assertPage(String group, String page, int from, int to, List<String> ids) {
        ObjectNode parameters = ManagerClient.group("acme", group);
        parameters.setAll((ObjectNode) parse(page));

        JsonNode answer = ACME.status(parameters).body();

        assertThat(answer.path("count"))
                .isEqualTo(parse("{'from':" + from + ",'to':" + to + ",'total':" + ids.size() + "}"));
        assertThat(answer.get("results").findValuesAsText("id")).isEqualTo(ids.subList(from, to));
    }
}

package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.CENTRE;
import static org.taskcenter.api.manager.Stage.PATIENCE;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.TOKEN;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;

/** Messages as HTTP requests: who may send them, how they are written, how long they may be, and what all answers look like. */
class ManagerEnvelopeIT {
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
        Stage.assertIsError(MessagesFixture.parse(answer.body()), type, code);
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
                """.formatted(id, TARGET.uri("/" + id));

        assertThat(post(sample).statusCode()).isEqualTo(200);

        ACME.awaitEnd("acme", id, PATIENCE);
        assertThat(TARGET.requests("/" + id)).singleElement().satisfies(request -> {
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
        Arrays.fill(tooLong, (byte) ' ');

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
    void answersNoTasksWithNoResults() {
        assertThat(MessagesFixture.parse(post(NOTHING).body()))
                .isEqualTo(
                        parse("{'message_type':'add_task_response','count':{'from':0,'to':0,'total':0},'results':[]}"));
    }
}

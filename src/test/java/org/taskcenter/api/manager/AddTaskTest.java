package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.add;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.MessagesFixture.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Retry;
import org.taskcenter.call.Verdict;

/** The message add_task as a whole: its sample, one result for each task, and what is refused before any task is looked at. */
class AddTaskTest {
    private final MessagesFixture fixture = new MessagesFixture();

    @Test
    void isTakenAsInTheSampleOfTheDocument() {
        String sample = """
                {
                  "message_type": "add_task",
                  "parameters": {
                    "from": "acme",  // クライアント名 必須
                    "id": "XXXXXXX", // クライアントが指定するそれぞれのID クライアント毎にユニーク 必須
                    "group": "XXXX", // グループ分け用文字列 任意
                    "type": "MP-API", // タスク種別 必須
                    "task": {  // リクエスト先の情報 必須
                      "url": "https://target.example/services/rest/visitor", // MP APIのURL
                      "method": "PUT", // HTTP Method
                      "body": "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\">
                <VisitorData>
                </Broken>", // MPに送るAPIの内容
                    },
                    "return_path": "http://url.to/push/notify/when/finish" // 空ならsenderに返す
                  }
                }
                """;

        JsonNode answer = fixture.sendBytes(200, sample.getBytes(StandardCharsets.UTF_8));

        assertThat(answer)
                .isEqualTo(parse("{'message_type':'add_task_response','count':{'from':0,'to':1,'total':1},'results':["
                        + "{'from':'acme','id':'XXXXXXX','status':'ack','codd':200,'code':200,'message':''}]}"));
        NewCall call = fixture.desk.submitted.get(0);
        assertThat(call.client()).isEqualTo("acme");
        assertThat(call.id()).isEqualTo("XXXXXXX");
        assertThat(call.group()).isEqualTo("XXXX");
        assertThat(call.url()).isEqualTo(URI.create("https://target.example/services/rest/visitor"));
        assertThat(call.method()).isEqualTo("PUT");
        assertThat(call.headers()).isEmpty();
        assertThat(call.body())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("<?xml version=\"1.0\" encoding=\"UTF-8\">\n<VisitorData>\n</Broken>");
        assertThat(call.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(call.retry()).isEqualTo(Retry.DEFAULT);
        assertThat(call.atMostOnce()).isFalse();
        assertThat(call.delay()).isEqualTo(Duration.ZERO);
        assertThat(call.priority()).isZero();
        assertThat(call.returnPath()).isEqualTo(URI.create("http://url.to/push/notify/when/finish"));
    }

    @Test
    void sendsOneResultForEachInOrderAndRejectsAlone() {
        JsonNode answer = fixture.send(
                200,
                add(
                        task("id", "'a'"),
                        "5",
                        task("id", "'b'", "from", "'other'"),
                        "null",
                        task("id", "'c'"),
                        "[]",
                        "{}"));

        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':7,'total':7}"));
        assertThat(answer.get("results").findValuesAsText("status"))
                .containsExactly("ack", "reject", "reject", "reject", "ack", "reject", "reject");
        assertThat(answer.get("results").findValuesAsText("codd"))
                .containsExactly("200", "400", "403", "400", "200", "400", "400");
        assertThat(answer.at("/results/1/id").isNull()).isTrue();
        assertThat(answer.at("/results/2/from").textValue()).isEqualTo("other");
        assertThat(answer.at("/results/2/id").textValue()).isEqualTo("b");
        assertThat(answer.at("/results/6/from").isNull()).isTrue();
        assertThat(fixture.desk.submitted).extracting(NewCall::id).containsExactly("a", "c");
    }

    @Test
    void passesVerdictsOn() {
        fixture.desk.verdict = call -> switch (call.id()) {
            case "a" -> Verdict.ACCEPTED;
            case "b" -> Verdict.DUPLICATE;
            default -> Verdict.FULL;
        };

        JsonNode answer = fixture.send(200, add(task("id", "'a'"), "{}", task("id", "'b'"), task("id", "'c'")));

        assertThat(answer.get("results").findValuesAsText("code")).containsExactly("200", "400", "409", "429");
        assertThat(answer.get("results").findValuesAsText("status"))
                .containsExactly("ack", "reject", "reject", "reject");
    }

    @Test
    void judgesEachTargetOfAMessage() {
        String good = "'http://target.example/'";
        String bad = "'http://forbidden.example/'";

        JsonNode answer = fixture.send(
                200,
                add(
                        task("task.url", good),
                        task("task.url", bad),
                        task("task.url", bad),
                        task("task.url", "'http://forbidden.example/other'"),
                        task("task.url", good, "return_path", bad),
                        task("task.url", good, "return_path", "'http://else.example'")));

        assertThat(answer.get("results").findValuesAsText("code"))
                .containsExactly("200", "403", "403", "403", "403", "200");
    }

    @Test
    void answersAnEmptyArrayWithNoResults() {
        assertThat(fixture.send(200, add()))
                .isEqualTo(
                        parse("{'message_type':'add_task_response','count':{'from':0,'to':0,'total':0},'results':[]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'parameters':null", ",'parameters':5", ",'parameters':'[]'", ",'parameters':true"})
    void refusesParametersThatAreNeitherObjectNorArray(String parameters) {
        JsonNode answer = fixture.send(400, "{'message_type':'add_task'" + parameters + "}");

        assertThat(answer.get("message_type").textValue()).isEqualTo("add_task_response");
        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':0,'total':0}"));
        assertThat(answer.get("results")).isEmpty();
        assertThat(answer.get("code").intValue()).isEqualTo(400);
        assertThat(answer.get("message").textValue()).contains("parameters");
    }

    @Test
    void takesTheLastOfDuplicateFields() {
        fixture.send(
                200,
                "{'message_type':'get_status','parameters':[],'message_type':'add_task','parameters':{'from':'x','from':'acme',"
                        + "'id':'1','id':'2','type':'MP-API','task':{'body':'lost'},"
                        + "'task':{'url':'http://a.example','method':'PUT','method':'GET'}}}");

        NewCall call = fixture.desk.submitted.get(0);
        assertThat(call.id()).isEqualTo("2");
        assertThat(call.method()).isEqualTo("GET");
        assertThat(call.body()).isNull();
    }
}

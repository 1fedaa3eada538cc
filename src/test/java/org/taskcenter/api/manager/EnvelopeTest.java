package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.parse;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.CancelledCall.Effect;
import org.taskcenter.call.Page;
import org.taskcenter.task.TaskState;

class EnvelopeTest {
    private final MessagesFixture fixture = new MessagesFixture();

    private JsonNode status(String fields) {
        return fixture.send(
                200, "{'message_type':'get_status','parameters':{'from':'acme','group':'g'" + fields + "}}");
    }

    private JsonNode cancel(String fields) {
        return fixture.send(200, "{'message_type':'cancel_task','parameters':{'from':'acme'" + fields + "}}");
    }

    private static CallStatus call(TaskState state, int code, String body, boolean truncated) {
        return new CallStatus("acme", "1", "g", state, code, body, truncated);
    }

    @Test
    void showsAPageOfCalls() {
        fixture.desk.found = new Page<>(
                4, 9, List.of(call(TaskState.SUCCEEDED, 201, "<a/>", false), call(TaskState.WAITING, 0, null, false)));

        assertThat(status(""))
                .isEqualTo(
                        parse(
                                "{'message_type':'get_status_response','count':{'from':4,'to':6,'total':9},'results':["
                                        + "{'from':'acme','id':'1','group':'g','status':'finish','task_type':'MP-API','type':'MP-API',"
                                        + "'result':{'code':201,'body':'<a/>'}},"
                                        + "{'from':'acme','id':'1','group':'g','status':'wait','task_type':'MP-API','type':'MP-API','result':null}]}"));
    }

    @ParameterizedTest
    @CsvSource({
        "WAITING, wait, false",
        "RUNNING, running, false",
        "SUCCEEDED, finish, true",
        "FAILED, error, true",
        "PARTLY, error, true",
        "CANCELLED, error, true"
    })
    void knowsFourWords(TaskState state, String word, boolean hasResult) {
        fixture.desk.found = new Page<>(0, 1, List.of(call(state, 410, "why", false)));

        JsonNode result = status("").at("/results/0");

        assertThat(result.get("status").textValue()).isEqualTo(word);
        assertThat(result.get("result").isObject()).isEqualTo(hasResult);
        assertThat(result.get("result").isNull()).isEqualTo(!hasResult);
    }

    @Test
    void saysWhatWasCutOff() {
        fixture.desk.found = new Page<>(0, 1, List.of(call(TaskState.SUCCEEDED, 200, "begin", true)));

        assertThat(status("").at("/results/0/result")).isEqualTo(parse("{'code':200,'body':'begin','truncated':true}"));
    }

    @Test
    void showsNoAnswerAsEmptyText() {
        fixture.desk.found = new Page<>(0, 1, List.of(call(TaskState.SUCCEEDED, 204, null, false)));

        assertThat(status("").at("/results/0/result/body").textValue()).isEmpty();
    }

    @Test
    void writesAnyTextAsStrictJson() {
        String body = "\"\\\b\u0001\u2028\u007f😀é\ud800";
        fixture.desk.found = new Page<>(0, 1, List.of(call(TaskState.FAILED, 500, body, false)));

        Reply reply = fixture.messages.handle(
                MessagesFixture.CALLER,
                "{\"message_type\":\"get_status\",\"parameters\":{\"from\":\"acme\",\"id\":\"1\"}}"
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(MessagesFixture.parse(reply.body())
                        .at("/results/0/result/body")
                        .textValue())
                .isEqualTo("\"\\\b\u0001\u2028\u007f😀é\uFFFD");
    }

    @Test
    void countsOnly() {
        fixture.desk.found = new Page<>(0, 12, List.of());

        assertThat(status(",'only_count':true"))
                .isEqualTo(parse(
                        "{'message_type':'get_status_response','count':{'from':0,'to':0,'total':12},'results':[]}"));
    }

    @Test
    void showsAPagePastTheEnd() {
        fixture.desk.found = new Page<>(12, 12, List.of());

        assertThat(status(",'offset':50").get("count")).isEqualTo(parse("{'from':12,'to':12,'total':12}"));
    }

    @Test
    void showsWhatACancelDid() {
        fixture.desk.cancelled = new Page<>(
                0,
                4,
                Arrays.stream(Effect.values())
                        .map(effect -> new CancelledCall("acme", effect.name(), "g", effect))
                        .toList());

        JsonNode answer = cancel(",'group':'g'");

        assertThat(answer.get("message_type").textValue()).isEqualTo("cancel_task_response");
        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':4,'total':4}"));
        assertThat(answer.at("/results/0"))
                .isEqualTo(parse("{'from':'acme','id':'CANCELLED','group':'g','task_type':'MP-API','type':'MP-API',"
                        + "'status':'finish','code':200}"));
        assertThat(answer.get("results").findValuesAsText("id"))
                .containsExactly("CANCELLED", "STOPPING", "RUNNING", "ENDED");
        assertThat(answer.get("results").findValuesAsText("status"))
                .containsExactly("finish", "finish", "error", "error");
        assertThat(answer.get("results").findValuesAsText("code")).containsExactly("200", "202", "409", "409");
        assertThat(answer.get("results").findValuesAsText("message")).hasSize(2).doesNotContain("");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            ,'id':'x'              | {'from':0,'to':1,'total':1} | 1
            ,'id':'x','group':'g'  | {'from':0,'to':1,'total':1} | 1
            ,'id':'x','limit':0    | {'from':0,'to':0,'total':1} | 0
            ,'id':'x','offset':3   | {'from':1,'to':1,'total':1} | 0
            ,'group':'g'           | {'from':0,'to':0,'total':0} | 0
            """)
    void showsTheCancelOfWhatIsUnknown(String fields, String count, int results) {
        JsonNode answer = cancel(fields);

        assertThat(answer.get("count")).isEqualTo(parse(count));
        assertThat(answer.get("results")).hasSize(results);
        answer.get("results").forEach(result -> {
            assertThat(result.path("message").textValue()).isNotBlank();
            ((com.fasterxml.jackson.databind.node.ObjectNode) result).remove("message");
            assertThat(result)
                    .isEqualTo(
                            parse(
                                    "{'from':'acme','id':'x','group':null,'task_type':null,'type':null,'status':'error','code':404}"));
        });
    }
}

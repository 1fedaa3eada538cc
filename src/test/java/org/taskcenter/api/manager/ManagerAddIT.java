package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.CENTRE;
import static org.taskcenter.api.manager.Stage.PATIENCE;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.assertIsError;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.inner;
import static org.taskcenter.api.manager.Stage.later;
import static org.taskcenter.api.manager.Stage.requests;
import static org.taskcenter.api.manager.Stage.run;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;

/** The message add_task: which tasks are taken, and what is told of those that are not. */
class ManagerAddIT {
    private static void assertIsReject(JsonNode answer, int code) {
        JsonNode result = answer.at("/results/0");
        assertThat(answer.path("count")).isEqualTo(parse("{'from':0,'to':1,'total':1}"));
        assertThat(result.path("status").textValue()).as(answer.toString()).isEqualTo("reject");
        assertThat(result.path("code").intValue()).isEqualTo(code);
        assertThat(result.path("codd").intValue()).isEqualTo(code);
        assertThat(result.path("message").textValue()).isNotBlank();
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
        List<ObjectNode> tasks = later(group, 20_500);

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
        assertThat(TARGET.requests("/" + id(longest)).get(0).bytes()).hasSize(1024 * 1024);

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
    void takesNumbersAsText() {
        ObjectNode task = task("GET").put("from", 7).put("group", 12.50);
        String id = String.valueOf(1_000_000 + System.nanoTime());
        task.put("id", Long.parseLong(id));

        JsonNode answer = ACME.add(task).body();

        assertThat(answer.at("/results/0/from").textValue()).isEqualTo("7");
        assertThat(answer.at("/results/0/id").textValue()).isEqualTo(id);
        assertThat(ACME.awaitEnd("7", id, PATIENCE).path("group").textValue()).isEqualTo("12.5");
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
    void takesMethodsInAnyCase() {
        ObjectNode task = task("GET");
        inner(task).put("method", "pAtCh");

        run(task);

        assertThat(TARGET.requests("/" + id(task)).get(0).method()).isEqualTo("PATCH");
    }

    @Test
    void takesBothSpellingsOfType() {
        ObjectNode task = task("GET").put("task_type", "MP-API");
        task.remove("type");

        JsonNode line = run(task);

        assertThat(line.path("type").textValue()).isEqualTo("MP-API");
        assertThat(line.path("task_type").textValue()).isEqualTo("MP-API");
    }
}

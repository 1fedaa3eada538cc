package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.PATIENCE;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.add;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.later;
import static org.taskcenter.api.manager.Stage.requests;
import static org.taskcenter.api.manager.Stage.run;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.ManagerClient;

/** Cancelling, over HTTP against the packaged program. */
class ManagerCancelIT {
    private static JsonNode line(ObjectNode task) {
        return ACME.status(ManagerClient.one("acme", id(task))).at("/results/0");
    }

    private static void awaitRunning(ObjectNode task) {
        await().atMost(PATIENCE)
                .until(() -> requests(task) == 1
                        && line(task).path("status").asText().equals("running"));
    }

    @Test
    void cancelsWhatWaits() {
        ObjectNode task = later("g-" + unique("cancel"));
        add(task);
        assertThat(line(task).path("status").textValue()).isEqualTo("wait");

        JsonNode answer = ACME.cancel(ManagerClient.one("acme", id(task))).body();

        assertThat(answer)
                .isEqualTo(
                        parse("{'message_type':'cancel_task_response','count':{'from':0,'to':1,'total':1},'results':["
                                + "{'from':'acme','id':'" + id(task) + "','group':'"
                                + task.get("group").textValue()
                                + "','task_type':'MP-API','type':'MP-API','status':'finish','code':200}]}"));
        assertThat(line(task).path("status").textValue()).isEqualTo("error");
        assertThat(line(task).at("/result/code").intValue()).isEqualTo(410);
        assertThat(line(task).at("/result/body").textValue()).isEqualTo("Cancelled while it waited.");
        assertIsTaken(task);
        assertThat(requests(task)).isZero();
    }

    @Test
    void leavesWhatRunsUnlessForced() {
        ObjectNode task = task("POST");
        CompletableFuture<Void> release = TARGET.hang("/" + id(task));
        add(task);
        awaitRunning(task);
        assertThat(line(task).path("result").isNull()).isTrue();

        JsonNode refused = ACME.cancel(ManagerClient.one("acme", id(task)).put("force", "false"))
                .at("/results/0");

        assertThat(refused.path("status").textValue()).isEqualTo("error");
        assertThat(refused.path("code").intValue()).isEqualTo(409);
        assertThat(refused.path("message").textValue()).isNotBlank();
        assertIsTaken(task);
        release.complete(null);
        assertThat(end(task).path("status").textValue()).isEqualTo("finish");
    }

    /** Its name, whatever has become of it. */
    private static void assertIsTaken(ObjectNode task) {
        assertThat(ACME.add(task).at("/results/0/code").intValue()).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "'True'"})
    void stopsWhatRunsByForce(String force) {
        ObjectNode task = task("POST");
        TARGET.hang("/" + id(task));
        add(task);
        awaitRunning(task);
        long abandoned = TARGET.abandoned();

        ObjectNode parameters = ManagerClient.one("acme", id(task));
        parameters.set("force", parse(force));
        JsonNode stopped = ACME.cancel(parameters).at("/results/0");

        assertThat(stopped.path("status").textValue()).isEqualTo("finish");
        assertThat(stopped.path("code").intValue()).isEqualTo(202);
        assertThat(stopped.path("message").isMissingNode()).isTrue();
        JsonNode end = end(task);
        assertThat(end.path("status").textValue()).isEqualTo("error");
        assertThat(end.at("/result/code").intValue()).isEqualTo(410);
        assertThat(end.at("/result/body").textValue()).contains("unknown");
        await().atMost(PATIENCE).until(() -> TARGET.abandoned() > abandoned);
        assertIsTaken(task);
        assertThat(requests(task)).isOne();
    }

    @Test
    void cannotCancelWhatHasEnded() {
        ObjectNode task = task("GET");
        JsonNode end = run(task);

        JsonNode refused = ACME.cancel(ManagerClient.one("acme", id(task)).put("force", true))
                .at("/results/0");

        assertThat(refused.path("status").textValue()).isEqualTo("error");
        assertThat(refused.path("code").intValue()).isEqualTo(409);
        assertThat(line(task)).isEqualTo(end);
    }

    @Test
    void tellsThatAnIdIsUnknown() {
        String id = unique("unknown");

        JsonNode answer = ACME.cancel(ManagerClient.one("acme", id)).body();

        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':1,'total':1}"));
        JsonNode result = answer.at("/results/0");
        assertThat(result.path("id").textValue()).isEqualTo(id);
        assertThat(result.path("from").textValue()).isEqualTo("acme");
        assertThat(result.path("group").isNull()).isTrue();
        assertThat(result.path("task_type").isNull()).isTrue();
        assertThat(result.path("status").textValue()).isEqualTo("error");
        assertThat(result.path("code").intValue()).isEqualTo(404);
    }

    @Test
    void findsNothingInAnUnknownGroup() {
        JsonNode answer =
                ACME.cancel(ManagerClient.group("acme", unique("unknown"))).body();

        assertThat(answer)
                .isEqualTo(parse(
                        "{'message_type':'cancel_task_response','count':{'from':0,'to':0,'total':0},'results':[]}"));
    }

    @Test
    void needsBothToMatch() {
        ObjectNode task = later(unique("group"));
        add(task);

        JsonNode answer = ACME.cancel(ManagerClient.one("acme", id(task)).put("group", "another"))
                .body();

        assertThat(answer.at("/results/0/code").intValue()).isEqualTo(404);
        assertThat(line(task).path("status").textValue()).isEqualTo("wait");
    }

    @Test
    void cancelsThePageAlone() {
        String group = unique("group");
        List<ObjectNode> tasks = later(group, 5);
        ACME.add(tasks);

        JsonNode page = ACME.cancel(
                        ManagerClient.group("acme", group).put("offset", "1").put("limit", 2))
                .body();

        assertThat(page.get("count")).isEqualTo(parse("{'from':1,'to':3,'total':5}"));
        assertThat(page.get("results").findValuesAsText("id")).containsExactly(id(tasks.get(1)), id(tasks.get(2)));
        assertThat(ACME.status(ManagerClient.group("acme", group))
                        .body()
                        .get("results")
                        .findValuesAsText("status"))
                .containsExactly("wait", "error", "error", "wait", "wait");

        JsonNode rest = ACME.cancel(ManagerClient.group("acme", group)).body();
        assertThat(rest.get("count")).isEqualTo(parse("{'from':0,'to':5,'total':5}"));
        assertThat(rest.get("results").findValuesAsText("code")).containsExactly("200", "409", "409", "200", "200");

        JsonNode none =
                ACME.cancel(ManagerClient.group("acme", group).put("limit", 0)).body();
        assertThat(none.get("count")).isEqualTo(parse("{'from':0,'to':0,'total':5}"));
        JsonNode past =
                ACME.cancel(ManagerClient.group("acme", group).put("offset", 9)).body();
        assertThat(past.get("count")).isEqualTo(parse("{'from':5,'to':5,'total':5}"));
    }

    @Test
    void cancelsAllWithoutALimit() {
        String group = unique("group");
        ACME.add(later(group, 1_500));

        JsonNode answer = ACME.cancel(ManagerClient.group("acme", group)).body();

        assertThat(answer.get("count")).isEqualTo(parse("{'from':0,'to':1500,'total':1500}"));
        assertThat(answer.get("results").findValuesAsText("status"))
                .hasSize(1_500)
                .containsOnly("finish");
    }

    @Test
    void hasNoLargestLimit() {
        String group = unique("group");
        ACME.add(later(group, 1_300));

        JsonNode page = ACME.cancel(
                        ManagerClient.group("acme", group).put("offset", 20).put("limit", 1_200))
                .body();

        assertThat(page.get("count")).isEqualTo(parse("{'from':20,'to':1220,'total':1300}"));
        assertThat(page.get("results").findValuesAsText("code")).hasSize(1_200).containsOnly("200");
        assertThat(
                        ACME
                                .cancel(ManagerClient.group("acme", group))
                                .body()
                                .get("results")
                                .findValuesAsText("code")
                                .stream()
                                .filter("200"::equals))
                .hasSize(100);
    }

    @Test
    void leavesTheTasksOfOthers() {
        String group = unique("group");
        ObjectNode mine = later(group);
        ObjectNode foreign = later(group).put("from", "acme-two").put("id", id(mine));
        ACME.add(List.of(mine, foreign));

        assertThat(ACME.cancel(ManagerClient.group("acme", group))
                        .at("/count/total")
                        .intValue())
                .isOne();

        assertThat(ACME.status(ManagerClient.one("acme-two", id(mine)))
                        .at("/results/0/status")
                        .textValue())
                .isEqualTo("wait");
    }
}

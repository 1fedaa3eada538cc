package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.admin.Stage.JSON;
import static org.taskcenter.api.admin.Stage.ROOT;
import static org.taskcenter.api.admin.Stage.exchange;
import static org.taskcenter.api.admin.Stage.make;
import static org.taskcenter.api.admin.Stage.send;
import static org.taskcenter.api.admin.Stage.texts;
import static org.taskcenter.api.admin.Stage.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks over the administration API: listed, cancelled, retried, and held back by their kind. */
class TasksIT {
    @Test
    void tasksAreListedAsTheyAreAskedFor() {
        JsonNode account = make("{'name':'%s'}");
        String from = account.get("name").asText();
        for (String name : List.of("one", "on_e", "two")) {
            add(token(account), from, name, name.equals("two") ? "other" : "group");
        }
        add(token(make("{'name':'%s','from':['stranger']}")), "stranger", "one", "group");
        String mine = "GET /tasks?client=" + from;

        assertThat(names(mine)).containsExactly("two", "on_e", "one");
        assertThat(names(mine + "&group=group")).containsExactly("on_e", "one");
        assertThat(names(mine + "&q=on")).containsExactly("on_e", "one");
        assertThat(names(mine + "&q=on_")).containsExactly("on_e");
        assertThat(names(mine + "&kind=call&state=waiting")).containsExactly("two", "on_e", "one");
        assertThat(names(mine + "&kind=push")).isEmpty();
        assertThat(names(mine + "&state=failed")).isEmpty();
        assertThat(names(mine + "&from=2000-01-01T00:00:00Z&to=2999-01-01T00:00:00%2B02:00"))
                .hasSize(3);
        assertThat(names(mine + "&from=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(names(mine + "&to=2000-01-01T00:00:00Z")).isEmpty();
        assertThat(names(mine + "%00")).isEmpty();
        Got first = send(ROOT, mine + "&limit=2", null);
        assertThat(first.at("/data/total").intValue()).isEqualTo(3);
        assertThat(first.at("/data/total_is_capped").booleanValue()).isFalse();
        String next = first.at("/data/next").asText();
        Got second = send(ROOT, mine + "&limit=2&after=" + next, null);
        assertThat(second.at("/data/items/0/client_id").asText()).isEqualTo("one");
        assertThat(second.at("/data/items")).hasSize(1);
        assertThat(second.at("/data/next").isNull()).isTrue();
        assertThat(names("GET /tasks?q=one&group=group")).containsExactly("one", "one");
        Got one = send(ROOT, "GET /tasks/" + second.at("/data/items/0/id").asText(), null);
        assertThat(one.at("/data/client").asText()).isEqualTo(from);
        assertThat(one.at("/data/run_at").asText()).startsWith("2035-01-01T00:0");
        assertThat(one.at("/data/ended_at").isNull()).isTrue();
        assertThat(one.at("/data/attempts")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"state=over", "from=yesterday", "to=1", "limit=x", "after=-1"})
    void whatIsWrongWithAListOfTasksIsTold(String query) {
        send(ROOT, "GET /tasks?" + query, null).assertWrong(query.substring(0, query.indexOf('=')));
    }

    @Test
    void onlyWhatHasEndedIsRetried() {
        String task = onlyTaskOf(accountWith("open"));

        Got got = send(ROOT, "POST /tasks/" + task + "/retry", null);

        assertThat(got.status()).isEqualTo(409);
        assertThat(got.at("/message").asText()).contains("still open");
        assertThat(send(ROOT, "POST /tasks/0/retry", null).status()).isEqualTo(404);
        assertThat(send(ROOT, "GET /tasks/0", null).status()).isEqualTo(404);
        assertThat(send(ROOT, "GET /tasks/x", null).status()).isEqualTo(404);
    }

    @Test
    void aCancelEndsWhatWaitsOnceAndIsInTheAudit() {
        JsonNode account = accountWith("doomed");
        String task = onlyTaskOf(account);
        assertThat(send(ROOT, "POST /tasks/" + task + "/cancel", "{'force':'perhaps'}")
                        .status())
                .isEqualTo(400);

        Got got = send(ROOT, "POST /tasks/" + task + "/cancel", "{'force':false}");

        assertThat(got.status()).as(got.text()).isEqualTo(200);
        assertThat(got.at("/data/state").asText()).isEqualTo("cancelled");
        assertLastChange("task.cancel", task, "call of " + account.get("name").asText());
        Got again = send(ROOT, "POST /tasks/" + task + "/cancel", null);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.at("/message").asText()).contains("has ended");
        assertThat(send(ROOT, "POST /tasks/0/cancel", null).status()).isEqualTo(404);
    }

    @Test
    void aRetryIsInTheAudit() {
        JsonNode account = accountWith("gone");
        String from = account.get("name").asText();
        String cancel = "{'message_type':'cancel_task','parameters':{'from':'%s','id':'gone'}}".formatted(from);
        exchange("POST", "/manager", token(account), cancel.replace('\'', '"'));
        String task = onlyTaskOf(account);

        assertThat(send(ROOT, "POST /tasks/" + task + "/retry", null)
                        .at("/data/generation")
                        .intValue())
                .isEqualTo(2);

        assertLastChange("task.retry", task, "call of " + from + ", now generation 2");
    }

    /** The last change of all is this one of this task. */
    private static void assertLastChange(String action, String task, String detail) {
        JsonNode change = send(ROOT, "GET /audit?limit=1", null).at("/data/items/0");
        assertThat(change.get("action").asText()).isEqualTo(action);
        assertThat(change.get("target").asText()).isEqualTo("task " + task);
        assertThat(change.get("detail").asText()).isEqualTo(detail);
    }

    private static List<String> names(String route) {
        return texts(JSON.valueToTree(send(ROOT, route, null).at("/data/items").findValuesAsText("client_id")));
    }

    /** An account with one task, which waits for years. */
    private static JsonNode accountWith(String id) {
        JsonNode account = make("{'name':'%s'}");
        add(token(account), account.get("name").asText(), id, "group");
        return account;
    }

    private static String onlyTaskOf(JsonNode account) {
        return send(ROOT, "GET /tasks?client=" + account.get("name").asText(), null)
                .at("/data/items/0/id")
                .asText();
    }

    /** A task that waits for years. */
    private static void add(String token, String from, String id, String group) {
        String message =
                ("{'message_type':'add_task','parameters':{'from':'%s','id':'%s','group':'%s','task_type':'MP-API',"
                                + "'task':{'url':'http://target.invalid/','method':'GET','run_at':'2035-01-01T00:00:00Z'}}}")
                        .formatted(from, id, group);
        Got got = exchange("POST", "/manager", token, message.replace('\'', '"'));
        assertThat(got.at("/results/0/code").intValue()).as(got.text()).isEqualTo(200);
    }

    @Test
    void kindsArePausedUntilTheyAreTakenOut() {
        assertThat(texts(
                        send(ROOT, "PUT /dispatch", "{'paused':['push','run']}").at("/data/paused")))
                .containsExactly("push", "run");
        assertThat(texts(send(ROOT, "GET /dispatch", null).at("/data/paused"))).containsExactly("push", "run");
        send(ROOT, "PUT /dispatch", "{'paused':[]}");
        assertThat(texts(send(ROOT, "GET /dispatch", null).at("/data/paused"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'paused':['sleep']}", "{'paused':{}}", "{'paused':null}"})
    void whatIsWrongWithAPauseIsTold(String body) {
        send(ROOT, "PUT /dispatch", body).assertWrong("paused");
    }
}

package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.PATIENCE;
import static org.taskcenter.api.manager.Stage.add;
import static org.taskcenter.api.manager.Stage.assertEnd;
import static org.taskcenter.api.manager.Stage.assertIsError;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.later;
import static org.taskcenter.api.manager.Stage.requests;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;

/** The message get_status: what it finds, how it is paged through, and which look-ups it refuses (as cancel_task does). */
class ManagerStatusIT {
    private static final int MEBIBYTE = 1024 * 1024;

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
    void showsATaskThatWaitsForItsNextAttempt() {
        ObjectNode task = task("GET", Answer.of(429, "no").header("Retry-After", "3600"));
        add(task);

        await().atMost(PATIENCE).until(() -> requests(task) == 1);

        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode line = ACME.status(ManagerClient.one("acme", id(task))).at("/results/0");
            assertThat(line.path("status").textValue()).isEqualTo("wait");
            assertThat(line.path("result").isNull()).isTrue();
        });
        ACME.cancel(ManagerClient.one("acme", id(task)));
        assertEnd(end(task), "error", 410);
        assertThat(end(task).at("/result/body").textValue()).contains("unknown");
        assertThat(requests(task)).isOne();
    }

    @Test
    void pagesByAcceptanceOldestFirst() {
        String group = unique("group");
        List<ObjectNode> tasks = later(group, 1_100);
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

    /** Whoever asks for more than an answer has room for goes on where it ends. */
    @Test
    void pagesThroughLongResults() {
        String group = unique("long");
        List<ObjectNode> tasks = IntStream.range(0, 20)
                .mapToObj(i -> task("GET", Answer.large(MEBIBYTE)).put("group", group))
                .toList();
        ACME.add(tasks);
        tasks.forEach(Stage::end);

        List<String> shown = new ArrayList<>();
        int pages = 0;
        for (int offset = 0; offset < 20; pages++) {
            Reply page = ACME.status(
                    ManagerClient.group("acme", group).put("offset", offset).put("limit", 1_000));
            assertThat(page.at("/count/from").intValue()).isEqualTo(offset);
            assertThat(page.at("/count/total").intValue()).isEqualTo(20);
            assertThat(page.body().get("results"))
                    .hasSizeBetween(1, 8)
                    .allSatisfy(line ->
                            assertThat(line.at("/result/body").textValue()).hasSize(MEBIBYTE));
            offset += page.body().get("results").size();
            assertThat(page.at("/count/to").intValue()).isEqualTo(offset);
            shown.addAll(page.body().get("results").findValuesAsText("id"));
        }
        assertThat(shown)
                .containsExactlyElementsOf(tasks.stream().map(Stage::id).toList());
        assertThat(pages).isBetween(3, 10);
    }
}

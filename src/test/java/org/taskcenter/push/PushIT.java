package org.taskcenter.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.standardwebhooks.Webhook;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.StubTarget;

/** Results come back to an address, over HTTP against the packaged program. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class PushIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Answer OK = Answer.of(200, "thanks");
    private static final AtomicInteger LAST = new AtomicInteger();

    private static PostgresServer server;
    private static String database;
    private static Centre centre;
    private static StubTarget target;
    private static ManagerClient acme;
    private static String accountPath;
    private static String secret;

    @BeforeAll
    static void start() {
        server = PostgresServer.shared();
        database = server.newDatabase();
        centre = setup().start();
        target = StubTarget.start();
        Reply account =
                centre.admin().send("POST", "/accounts", JSON.createObjectNode().put("name", "acme"));
        acme = centre.manager(account.at("/data/token").textValue());
        secret = account.at("/data/webhook_secret").textValue();
        accountPath = "/accounts/" + account.at("/data/id").longValue();
    }

    private static Centre.Setup setup() {
        return Centre.setup()
                .on(server, database)
                .with("TASKCENTER_PUSH_PAUSES", "0.2,0.4,0.8")
                .with("TASKCENTER_PUSH_TIMEOUT_SECONDS", "2")
                .with("TASKCENTER_PUSH_SECONDS", "600");
    }

    @AfterAll
    static void stop() {
        centre.close();
        target.close();
    }

    @Test
    void aSuccess() {
        ObjectNode task = task();
        task.put("group", "g");

        add(task);

        Received push = pushed(task);
        assertThat(push.method()).isEqualTo("POST");
        assertThat(push.header("Content-Type")).contains("application/json");
        JsonNode message = json(push);
        assertThat(message).isEqualTo(asked(task));
        assertThat(message.at("/message_type").textValue()).isEqualTo("get_status_response");
        assertThat(message.at("/count").toString()).isEqualTo("{\"from\":0,\"to\":1,\"total\":1}");
        assertThat(message.at("/results/0/status").textValue()).isEqualTo("finish");
        assertThat(message.at("/results/0/result/body").textValue()).isEqualTo("ok");
        verify(push, secret);
        assertThat(tries(task)).containsExactly("1 done 200 thanks");
        assertThat(pushes(task)).containsExactly("succeeded");
    }

    @Test
    void aFailure() {
        ObjectNode task = task();
        target.on("/" + id(task), Answer.of(404, "not here"));

        add(task);

        JsonNode message = json(pushed(task));
        assertThat(message).isEqualTo(asked(task));
        assertThat(message.at("/results/0/status").textValue()).isEqualTo("error");
        assertThat(message.at("/results/0/result/code").intValue()).isEqualTo(404);
    }

    @Test
    void aCancelOfWhatWaits() {
        ObjectNode task = task();
        inner(task).put("run_at", "2035-01-01T00:00:00Z");
        add(task);

        acme.cancel(ManagerClient.one("acme", id(task)));

        JsonNode message = json(pushed(task));
        assertThat(message).isEqualTo(asked(task));
        assertThat(message.at("/results/0/result/code").intValue()).isEqualTo(410);
    }

    @Test
    void aCancelOfWhatRuns() {
        ObjectNode task = task();
        target.on("/" + id(task), OK.when(new CompletableFuture<>()));
        add(task);
        await().atMost(PATIENCE).until(() -> !target.requests("/" + id(task)).isEmpty());

        acme.cancel(ManagerClient.one("acme", id(task)).put("force", true));

        JsonNode message = json(pushed(task));
        assertThat(message).isEqualTo(asked(task));
        assertThat(message.at("/results/0/result/code").intValue()).isEqualTo(410);
    }

    @Test
    void anEndByARescue() {
        ObjectNode task = task();
        inner(task).put("at_most_once", true);
        target.on("/" + id(task), OK.when(new CompletableFuture<>()));
        add(task);
        await().atMost(PATIENCE).until(() -> !target.requests("/" + id(task)).isEmpty());

        centre.kill9();
        centre.start();

        JsonNode message = json(pushed(task));
        assertThat(message).isEqualTo(asked(task));
        assertThat(message.at("/results/0/result/code").intValue()).isEqualTo(504);
        assertThat(message.at("/results/0/result/body").textValue()).contains("effect is unknown");
    }

    @Test
    void anOperatorsRetry() {
        ObjectNode task = task();
        target.on("/" + id(task), Answer.of(404, "not yet"), OK);
        add(task);
        assertThat(json(pushed(task)).at("/results/0/result/code").intValue()).isEqualTo(404);
        JsonNode found = centre.admin()
                .send("GET", "/tasks?kind=call&client=acme&q=" + id(task), null)
                .at("/data/items");
        String path = "/tasks/" + found.at("/0/id").longValue();

        Reply retried = centre.admin().send("POST", path + "/retry", null);

        assertThat(retried.status()).isEqualTo(200);
        assertThat(retried.at("/data/generation").intValue()).isEqualTo(2);
        await().atMost(PATIENCE).until(() -> arrived(task).size() == 2);
        Received second = arrived(task).get(1);
        assertThat(json(second)).isEqualTo(asked(task));
        assertThat(json(second).at("/results/0/status").textValue()).isEqualTo("finish");
        assertThat(second.header("webhook-id"))
                .isPresent()
                .isNotEqualTo(arrived(task).get(0).header("webhook-id"));
        verify(second, secret);
        List<String> keys = target.requests("/" + id(task)).stream()
                .map(request -> request.header("Idempotency-Key").orElseThrow())
                .toList();
        assertThat(keys).containsExactly(keys.get(0), keys.get(0) + "-2");
        assertThat(centre.admin().send("GET", path, null).at("/data/attempts"))
                .extracting(each -> each.get("generation") + "/" + each.get("number") + " " + each.get("code") + " "
                        + each.get("error"))
                .containsExactly("1/1 404 \"not yet\"", "2/1 200 null");
        assertThat(pushes(task)).containsExactly("succeeded", "succeeded");
    }

    @Test
    void aReceiverThatFailsTwice() {
        ObjectNode task = task();
        receiver(task, Answer.of(500, "broken"), Answer.of(503, "busy"), OK);

        add(task);

        assertThat(tries(task)).containsExactly("1 refused 500 broken", "2 refused 503 busy", "3 done 200 thanks");
        assertThat(arrived(task)).hasSize(3);
        assertThat(arrived(task).stream().map(push -> push.header("webhook-id").orElseThrow()))
                .hasSize(3)
                .containsOnly(arrived(task).get(0).header("webhook-id").orElseThrow());
        assertThat(arrived(task)).allSatisfy(push -> verify(push, secret));
        assertThat(asked(task).at("/results/0/status").textValue()).isEqualTo("finish");
    }

    @Test
    void aReceiverThatHangs() {
        ObjectNode task = task();
        receiver(task, OK.when(new CompletableFuture<>()), OK);

        add(task);

        assertThat(tries(task)).hasSize(2);
        assertThat(tries(task).get(0)).startsWith("1 broken 504");
        assertThat(pushes(task)).containsExactly("succeeded");
    }

    @Test
    void aReceiverThatIsGone() {
        ObjectNode task = task();
        receiver(task, Answer.of(410, "gone"), OK);

        add(task);

        assertThat(tries(task)).containsExactly("1 refused 410 gone");
        assertThat(pushes(task)).containsExactly("failed");
        assertThat(asked(task).at("/results/0/status").textValue()).isEqualTo("finish");
    }

    @Test
    void aReceiverThatRedirects() {
        ObjectNode task = task();
        receiver(task, Answer.of(307, "").header("Location", "http://169.254.169.254/latest/"), OK);

        add(task);

        assertThat(tries(task)).containsExactly("1 refused 307 ", "2 done 200 thanks");
    }

    @Test
    void aReceiverThatClosesHalfWay() {
        ObjectNode task = task();
        receiver(task, Answer.of(200, "half").claiming(1_000).then(Answer.Then.CLOSE), OK);

        add(task);

        assertThat(tries(task)).hasSize(2);
        assertThat(tries(task).get(0)).startsWith("1 broken 502");
        assertThat(pushes(task)).containsExactly("succeeded");
    }

    @Test
    void aReceiverThatAnswersMuch() {
        ObjectNode task = task();
        receiver(task, Answer.large(50L << 20));

        add(task);

        assertThat(pushes(task)).containsExactly("succeeded");
        assertThat(tries(task))
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("1 done 200 xxx").hasSizeLessThan(5_000));
    }

    @Test
    void aReceiverThatAsksToBeLeftAlone() {
        ObjectNode task = task();
        receiver(task, Answer.of(429, "later").header("Retry-After", "3600"), OK);

        add(task);

        assertThat(tries(task)).hasSize(2);
        // As long as it may: the longest of all pauses.
        assertThat(rows("select extract(epoch from a.next_at - a.ended_at) >= 0.8 from attempt a"
                        + " join push on push.task_id = a.task_id join task t on t.id = push.of_task"
                        + " where a.number = 1 and t.client_id = '" + id(task) + "'"))
                .containsExactly("t");
    }

    @Test
    void withoutAReturnPathItGoesToTheAccountsUrl() {
        ObjectNode task = task();
        task.remove("return_path");
        patch(JSON.createObjectNode().put("return_url", target.uri("/account").toString()));

        add(task);

        await().atMost(PATIENCE)
                .until(() -> target.requests("/account").stream()
                        .anyMatch(push -> json(push).equals(asked(task))));
        patch(JSON.createObjectNode().put("return_url", ""));
    }

    @Test
    void withoutAnyAddressItIsHeld() {
        ObjectNode task = task();
        task.remove("return_path");

        add(task);

        acme.awaitEnd("acme", id(task), PATIENCE);
        assertThat(rows("select held.state from held join task on id = task_id where client_id = '" + id(task) + "'"))
                .containsExactly("succeeded");
    }

    @Test
    void whileASecretIsReplacedBothSign() {
        Reply renewed = centre.admin().send("POST", accountPath + "/webhook-secret", null);
        String newer = renewed.at("/data/webhook_secret").textValue();
        ObjectNode task = task();

        add(task);

        verify(pushed(task), secret);
        verify(pushed(task), newer);
    }

    @Test
    void longResults() {
        List<ObjectNode> tasks = new ArrayList<>();
        String body = "é\u0001".repeat(250_000);
        for (int i = 0; i < 30; i++) {
            ObjectNode task = task();
            target.on("/" + id(task), Answer.of(200, body));
            tasks.add(task);
        }

        acme.add(tasks);

        for (ObjectNode task : tasks) {
            assertThat(json(pushed(task)).at("/results/0/result/body").textValue())
                    .isEqualTo(body);
            verify(pushed(task), secret);
        }
    }

    @Test
    void aStuckReceiverHoldsUpNobodyElse() {
        StubTarget stuck = StubTarget.start();
        stuck.on("/stuck", OK.when(new CompletableFuture<>()));
        List<ObjectNode> toStuck = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ObjectNode task = task();
            task.put("return_path", stuck.uri("/stuck").toString());
            toStuck.add(task);
        }
        acme.add(toStuck);
        await().atMost(PATIENCE).until(() -> stuck.count() >= 16);

        ObjectNode task = task();
        add(task);

        verify(pushed(task), secret);
        stuck.close();
    }

    private static void patch(ObjectNode change) {
        assertThat(centre.admin().send("PATCH", accountPath, change).status()).isEqualTo(200);
    }

    private static void verify(Received push, String key) {
        HttpHeaders headers = HttpHeaders.of(
                push.headers().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue()))),
                (name, value) -> true);
        assertThatCode(() -> new Webhook(key).verify(push.body(), headers)).doesNotThrowAnyException();
    }

    private static ObjectNode task() {
        String id = "t" + LAST.incrementAndGet();
        ObjectNode task = ManagerClient.task("acme", id, "GET", target.uri("/" + id));
        task.put("return_path", target.uri("/return/" + id).toString());
        target.on("/return/" + id, OK);
        return task;
    }

    private static void receiver(ObjectNode task, Answer first, Answer... next) {
        target.on("/return/" + id(task), first, next);
    }

    private static ObjectNode inner(ObjectNode task) {
        return (ObjectNode) task.get("task");
    }

    private static String id(ObjectNode task) {
        return task.get("id").textValue();
    }

    private static void add(ObjectNode task) {
        assertThat(acme.add(task).at("/results/0/status").textValue()).isEqualTo("ack");
    }

    private static List<Received> arrived(ObjectNode task) {
        return target.requests("/return/" + id(task));
    }

    /** The first push of a task. */
    private static Received pushed(ObjectNode task) {
        await("a push of " + id(task))
                .atMost(PATIENCE)
                .until(() -> !arrived(task).isEmpty());
        return arrived(task).get(0);
    }

    private static JsonNode asked(ObjectNode task) {
        return acme.status(ManagerClient.one("acme", id(task))).body();
    }

    private static JsonNode json(Received push) {
        try {
            return JSON.readTree(push.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(push.body(), e);
        }
    }

    /** The states of the pushes of a task, once none of them is under way. */
    private static List<String> pushes(ObjectNode task) {
        String pushes = "select p.state from task p join push on push.task_id = p.id join task t on t.id = push.of_task"
                + " where t.client_id = '" + id(task) + "' order by p.id";
        return await().atMost(PATIENCE)
                .until(
                        () -> rows(pushes),
                        states -> !states.isEmpty() && !states.contains("running") && !states.contains("waiting"));
    }

    /** The tries to push the result of a task: number, outcome, code, answer. Administrators see them as well. */
    private static List<String> tries(ObjectNode task) {
        pushes(task);
        return rows("select a.number || ' ' || a.outcome || ' ' || a.code || ' ' || a.body from attempt a"
                + " join push on push.task_id = a.task_id join task t on t.id = push.of_task where t.client_id = '"
                + id(task) + "' order by a.task_id, a.number");
    }

    private static List<String> rows(String sql) {
        return server.texts(database, sql);
    }
}

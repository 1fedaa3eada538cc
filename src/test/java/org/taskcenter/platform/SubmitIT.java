package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.standardwebhooks.Webhook;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.AdminClient;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.StubTarget;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** Tasks of third parties over HTTP: how they are taken in, submitted, refused and paid for. */
class SubmitIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Centre centre;
    private static AdminClient admin;
    private static final List<SunoStub> STUBS = new ArrayList<>();
    private static final List<Long> CHANNELS = new ArrayList<>();

    @BeforeAll
    static void start() {
        centre = Centre.setup().with("TASKCENTER_POLL_INTERVAL", "0.3").start();
        admin = centre.admin();
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    @AfterEach
    void removeChannels() {
        CHANNELS.forEach(channel -> admin.send("DELETE", "/channels/" + channel, null));
        CHANNELS.clear();
        STUBS.forEach(SunoStub::close);
        STUBS.clear();
    }

    private static SunoStub stub() {
        SunoStub stub = SunoStub.start();
        STUBS.add(stub);
        return stub;
    }

    private static long channel(String url, int priority) {
        return channel(url, priority, 0);
    }

    private static long channel(String url, int priority, int resubmissions) {
        ObjectNode body = TaskClient.body()
                .put("name", "channel " + NUMBER.incrementAndGet())
                .put("platform", "suno")
                .put("base_url", url)
                .put("key", "sk-upstream")
                .put("priority", priority)
                .put("max_resubmissions", resubmissions);
        body.putObject("price").put("music", 100).put("lyrics", 10);
        Reply made = admin.send("POST", "/channels", body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        CHANNELS.add(made.at("/data/id").asLong());
        return made.at("/data/id").asLong();
    }

    /** An account with a client of its own. */
    private record User(long id, String token, TaskClient suno) {
        JsonNode list(String query) {
            Reply reply = suno.list("/api/task/self?page_size=100&" + query, id);
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            return reply.at("/data");
        }

        long quota() {
            return admin.send("GET", "/accounts/" + id, null).at("/data/quota").asLong();
        }

        long used() {
            return admin.send("GET", "/accounts/" + id, null)
                    .at("/data/used_quota")
                    .asLong();
        }
    }

    private static User user(long quota) {
        ObjectNode body = TaskClient.body()
                .put("name", "user " + NUMBER.incrementAndGet())
                .put("quota", quota);
        Reply made = admin.send("POST", "/accounts", body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        String token = made.at("/data/token").asText();
        return new User(made.at("/data/id").asLong(), token, new TaskClient(centre.baseUri(), token, "/suno"));
    }

    @Test
    void aSongIsSubmittedAskedAfterAndDone() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(1_000);
        Reply reply = user.suno()
                .submit("MuSiC", TaskClient.body().put("prompt", "sea").put("of_tomorrow", 7));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.at("/code").asText()).isEqualTo("success");
        assertThat(reply.at("/message").asText()).isEmpty();
        String id = reply.at("/data").asText();
        assertThat(id).matches("task_[0-9A-Za-z]{32}");
        assertThat(user.quota()).isEqualTo(900);
        ObjectNode sent = suno.submissions().get(0);
        assertThat(sent.get("_action").asText()).isEqualTo("MUSIC");
        assertThat(sent.get("_key").asText()).isEqualTo("Bearer sk-upstream");
        assertThat(sent.get("of_tomorrow").asInt()).isEqualTo(7);

        String upstream = suno.ids().get(0);
        suno.say(upstream, "IN_PROGRESS", "37%");
        JsonNode task = user.suno().await(id, "IN_PROGRESS");
        assertThat(task.path("progress").asText()).isEqualTo("37%");
        assertThat(task.path("start_time").asLong())
                .as("ours, where it gives none")
                .isPositive();
        assertThat(task.path("action").asText()).isEqualTo("MUSIC");
        assertThat(task.path("finish_time").asLong()).isZero();
        assertThat(task.path("data").toString()).isEqualTo("{}");

        ObjectNode done = TaskClient.body()
                .put("status", "SUCCESS")
                .put("progress", "99%")
                .put("start_time", 1_640_908_900)
                .put("finish_time", 1_640_909_000);
        done.putArray("data").addObject().put("audio_url", "https://example.org/sea.mp3");
        suno.say(upstream, done);
        task = user.suno().await(id, "SUCCESS");
        assertThat(task.path("progress").asText()).isEqualTo("100%");
        assertThat(task.path("start_time").asLong()).isEqualTo(1_640_908_900);
        assertThat(task.path("finish_time").asLong()).isEqualTo(1_640_909_000);
        assertThat(task.at("/data/0/audio_url").asText()).isEqualTo("https://example.org/sea.mp3");
        assertThat(user.suno().fetch("task_unknown", id, id).at("/data").size()).isEqualTo(1);
        assertThat(suno.target().requests("/suno/fetch")).isNotEmpty().allSatisfy(poll -> {
            assertThat(poll.method()).isEqualTo("POST");
            assertThat(poll.header("Authorization")).contains("Bearer sk-upstream");
            assertThat(poll.body()).isEqualTo("{\"ids\":[\"" + upstream + "\"]}");
        });
        assertThat(user.quota()).isEqualTo(900);
        assertThat(user.used()).isEqualTo(100);
    }

    @Test
    void whatTheServerRefusesHasTheSameShape() {
        User user = user(1);
        for (String path : List.of("/suno", "/platform/suno")) {
            assertError(user.suno().list(path + "/submit/music", user.id()), 405, "method_not_allowed");
            assertError(user.suno().list(path + "/nowhere/at/all", user.id()), 404, "not_found");
        }
    }

    @Test
    void longDataIsShownWhole() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(200);
        String shortOne = user.suno().song("short");
        String longOne = user.suno().song("long");
        ObjectNode done = TaskClient.body().put("status", "SUCCESS");
        done.putArray("data").add("short");
        suno.say(suno.ids().get(0), done);
        String text = "\u00e4\"\\\n".repeat(100_000);
        ObjectNode muchDone = TaskClient.body().put("status", "SUCCESS");
        muchDone.putArray("data").add(text);
        suno.say(suno.ids().get(1), muchDone);
        user.suno().await(shortOne, "SUCCESS");
        assertThat(user.suno().await(longOne, "SUCCESS").at("/data/0").asText()).isEqualTo(text);

        JsonNode both = user.suno().fetch(longOne, shortOne).at("/data");
        assertThat(both.at("/0/data/0").asText()).isEqualTo(text);
        assertThat(both.at("/1/data/0").asText()).isEqualTo("short");
        JsonNode listed = user.list("").path("items");
        assertThat(listed.at("/0/data/0").asText()).isEqualTo(text);
        assertThat(listed.at("/1/data/0").asText()).isEqualTo("short");
    }

    @Test
    void whatIsWrongIsRefusedInThisOrder() {
        User user = user(5);
        assertError(user.suno().submit("dance", "{"), 400, "invalid_request");
        assertError(user.suno().submit("dance", "[]"), 400, "invalid_request");
        assertError(user.suno().submit("dance", "{\"tags\":[\"\\ud800\"]}"), 400, "invalid_request");
        assertError(user.suno().submit("dance", "{}"), 400, "invalid_action");
        assertError(user.suno().submit("lyrics", "{}"), 400, "prompt_empty");
        assertError(user.suno().submit("music", "{\"continue_clip_id\":\"c\"}"), 400, "task_not_exist");
        assertError(user.suno().submit("music", "{}"), 503, "get_channel_failed");
        SunoStub suno = stub();
        channel(suno.url(), 1);
        assertError(user.suno().submit("music", "{}"), 403, "quota_not_enough");
        assertThat(suno.submissions()).isEmpty();
        assertThat(user.quota()).isEqualTo(5);
        assertThat(user.list("").at("/total").asLong()).isZero();
        assertError(user.suno().fetchOne("task_unknown"), 400, "task_not_exist");
        assertThat(user.suno().fetch().at("/data").toString()).isEqualTo("[]");
        assertError(user.suno().send("GET", "/platform/nowhere/fetch/1", null), 404, "platform_not_exist");
        assertError(new TaskClient(centre.baseUri(), null, "/suno").submit("music", "{"), 401, "unauthorized");
        assertError(new TaskClient(centre.baseUri(), "sk-wrong", "/suno").fetchOne("x"), 401, "unauthorized");
    }

    @Test
    void whoMayNotIsForbidden() {
        User user = user(100);
        Reply made = admin.send(
                "POST",
                "/accounts/" + user.id() + "/tokens",
                TaskClient.body()
                        .put("name", "for calls")
                        .set("scopes", TaskClient.body().arrayNode().add("manager")));
        TaskClient other =
                new TaskClient(centre.baseUri(), made.at("/data/token").asText(), "/suno");
        assertError(other.submit("music", "{}"), 403, "forbidden");
        assertError(other.fetch("x"), 403, "forbidden");
        assertError(other.fetchOne("x"), 403, "forbidden");
        admin.send("PATCH", "/accounts/" + user.id(), TaskClient.body().put("enabled", false));
        assertError(user.suno().submit("music", "{}"), 403, "forbidden");
        assertError(user.suno().fetchOne("x"), 403, "forbidden");
    }

    @Test
    void anAccountIsNotDeletedWhileAThirdPartyWorksForIt() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(100);
        String id = user.suno().song("still open");
        assertThat(admin.send("DELETE", "/accounts/" + user.id(), null).status())
                .isEqualTo(409);
        suno.say(suno.ids().get(0), "SUCCESS", "100%");
        user.suno().await(id, "SUCCESS");
        assertThat(admin.send("DELETE", "/accounts/" + user.id(), null).status())
                .isEqualTo(200);
        assertThat(user.suno().fetchOne(id).status()).isEqualTo(401);
    }

    @Test
    void aWordThatIsNoneOfOursIsUnknownAndAskedAfterAgain() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(100);
        String id = user.suno().song("odd");
        suno.say(suno.ids().get(0), "DANCING", "8");
        JsonNode task = user.suno().await(id, "UNKNOWN");
        assertThat(task.path("progress").asText()).isEqualTo("8%");
        assertThat(task.path("finish_time").asLong()).isZero();
        suno.say(suno.ids().get(0), "QUEUED", "9%");
        user.suno().await(id, "QUEUED");
        // What is told is read from the store alone.
        suno.close();
        assertThat(user.suno().fetchOne(id).at("/data/status").asText()).isEqualTo("QUEUED");
        assertThat(user.suno().fetch(id).at("/data/0/progress").asText()).isEqualTo("9%");
    }

    @Test
    void anotherAccountsTaskIsNotThere() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User ann = user(100);
        String id = ann.suno().song("mine");
        User bob = user(100);
        assertError(bob.suno().fetchOne(id), 400, "task_not_exist");
        assertThat(bob.suno().fetch(id).at("/data").size()).isZero();
        assertError(
                bob.suno()
                        .submit(
                                "music",
                                TaskClient.body().put("continue_clip_id", "c").put("task_id", id)),
                400,
                "task_not_exist");
    }

    @Test
    void aRefusalGoesToTheNextChannel() {
        SunoStub full = stub();
        SunoStub broken = stub();
        SunoStub good = stub();
        channel(full.url(), 9);
        channel("http://127.0.0.1:1", 8);
        channel(broken.url(), 7);
        long cheap = channel(good.url(), 6);
        ObjectNode cheaper = TaskClient.body();
        cheaper.putObject("price").put("music", 70);
        assertThat(admin.send("PATCH", "/channels/" + cheap, cheaper).status()).isEqualTo(200);
        full.refuseNext(Answer.of(429, "{\"code\":\"busy\"}"));
        broken.refuseNext(Answer.of(503, "down"));
        User user = user(1_000);
        String id = user.suno().song("wanderer");
        assertThat(good.ids()).hasSize(1);
        assertThat(full.submissions()).hasSize(1);
        assertThat(broken.submissions()).hasSize(1);
        good.say(good.ids().get(0), "QUEUED", null);
        user.suno().await(id, "QUEUED");
        assertThat(user.quota())
                .as("at the price of the one that was chosen first")
                .isEqualTo(900);
    }

    @Test
    void whatAllRefuseIsRefundedAndStaysInTheList() {
        SunoStub full = stub();
        channel(full.url(), 9);
        full.refuseNext(Answer.of(429, "{\"code\":\"busy\",\"message\":\"come back\"}"));
        User user = user(1_000);
        Reply reply = user.suno().submit("music", "{}");
        assertError(reply, 429, "busy");
        assertThat(reply.at("/message").asText()).isEqualTo("come back");
        assertThat(user.quota()).isEqualTo(1_000);
        assertThat(user.used()).isZero();
        JsonNode list = user.list("");
        assertThat(list.at("/total").asLong()).isEqualTo(1);
        assertThat(list.at("/items/0/status").asText()).isEqualTo("FAILURE");
        assertThat(list.at("/items/0/fail_reason").asText()).isEqualTo("come back");
        assertThat(list.at("/items/0/quota").asLong()).as("what was charged").isEqualTo(100);
        JsonNode ledger =
                admin.send("GET", "/accounts/" + user.id() + "/ledger", null).at("/data/items");
        assertThat(ledger.get(0).path("amount").asLong()).isEqualTo(100);
        assertThat(ledger.get(1).path("amount").asLong()).isEqualTo(-100);
    }

    @Test
    void whoIsOutOfReachIsABadGateway() {
        channel("http://127.0.0.1:1", 1);
        User user = user(1_000);
        assertError(user.suno().submit("music", "{}"), 502, "do_request_failed");
        assertThat(user.quota()).isEqualTo(1_000);
    }

    @Test
    void aRefusalOfTheRequestItselfIsPassedOn() {
        SunoStub suno = stub();
        SunoStub other = stub();
        channel(suno.url(), 2);
        channel(other.url(), 1);
        User user = user(1_000);
        suno.refuseNext(Answer.of(422, "{\"code\":\"bad_tags\",\"message\":\"no such tags\"}"));
        assertError(user.suno().submit("music", "{}"), 422, "bad_tags");
        suno.refuseNext(Answer.of(400, "what?"));
        assertError(user.suno().submit("music", "{}"), 400, "fail_to_fetch_task");
        suno.refuseNext(Answer.of(200, "{\"code\":\"moderated\",\"message\":\"no\"}"));
        assertError(user.suno().submit("music", "{}"), 500, "moderated");
        assertThat(other.submissions()).isEmpty();
        assertThat(user.quota()).isEqualTo(1_000);
    }

    @Test
    void anAnswerThatCannotBeReadMayHaveBeenATask() {
        SunoStub suno = stub();
        SunoStub other = stub();
        long channel = channel(suno.url(), 2);
        channel(other.url(), 1);
        User user = user(1_000);
        suno.refuseNext(Answer.of(200, "{").then(Answer.Then.RESET).claiming(50));
        String first = user.suno().song("cut off");
        suno.refuseNext(Answer.of(200, "<html>"));
        String second = user.suno().song("no JSON");
        assertThat(user.suno().fetchOne(first).at("/data/status").asText()).isEqualTo("UNKNOWN");
        assertThat(user.suno().fetchOne(second).at("/data/status").asText()).isEqualTo("UNKNOWN");
        assertThat(other.submissions()).isEmpty();
        assertThat(user.quota()).isEqualTo(800);
        // Deleting the channel settles them.
        admin.send("DELETE", "/channels/" + channel, null);
        assertThat(user.suno().fetchOne(first).at("/data/status").asText()).isEqualTo("FAILURE");
        assertThat(user.quota()).isEqualTo(1_000);
    }

    @Test
    void anAdministratorCancelsWhatIsUnknown() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(1_000);
        suno.refuseNext(Answer.of(200, "<html>"));
        String id = user.suno().song("nobody knows");
        assertThat(user.quota()).isEqualTo(900);
        String task = "/tasks/"
                + admin.send("GET", "/tasks?kind=platform&limit=1", null)
                        .at("/data/items/0/id")
                        .asText();

        Reply cancelled = admin.send("POST", task + "/cancel", null);

        assertThat(cancelled.status()).as(cancelled.toString()).isEqualTo(200);
        assertThat(cancelled.at("/data/state").asText()).isEqualTo("cancelled");
        JsonNode shown = user.suno().fetchOne(id).at("/data");
        assertThat(shown.path("status").asText()).isEqualTo("FAILURE");
        assertThat(shown.path("fail_reason").asText()).isEqualTo("Cancelled");
        assertThat(user.quota()).isEqualTo(1_000);
        assertThat(user.used()).isZero();
        assertThat(admin.send("POST", task + "/cancel", null).status()).isEqualTo(409);
        assertThat(user.quota()).isEqualTo(1_000);
    }

    @Test
    void aClipIsContinuedWhereItIs() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(1_000);
        String first = user.suno().song("first");
        SunoStub better = stub();
        channel(better.url(), 9);
        Reply more = user.suno()
                .submit(
                        "music",
                        TaskClient.body()
                                .put("continue_clip_id", "clip-1")
                                .put("task_id", first)
                                .put("continue_at", 60));
        assertThat(more.status()).as(more.toString()).isEqualTo(200);
        assertThat(better.submissions()).isEmpty();
        assertThat(suno.submissions().get(1).get("task_id").asText())
                .isEqualTo(suno.ids().get(0));
    }

    @Test
    void whatFailsThereIsSubmittedOnceMore() {
        SunoStub suno = stub();
        channel(suno.url(), 1, 1);
        User user = user(1_000);
        String id = user.suno().song("unlucky");
        assertThat(upstreamId(id)).isEqualTo(suno.ids().get(0));
        admin.pause("platform");
        suno.say(suno.ids().get(0), TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));
        assertThat(user.suno().await(id, "NOT_START").path("finish_time").asLong())
                .isZero();
        admin.pause();
        user.suno().await(id, task -> suno.ids().size() == 2);
        assertThat(user.quota()).isEqualTo(900);
        Awaitility.await().until(() -> upstreamId(id).equals(suno.ids().get(1)));
        suno.say(suno.ids().get(1), TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck again"));
        JsonNode task = user.suno().await(id, "FAILURE");
        assertThat(task.path("fail_reason").asText()).isEqualTo("no luck again");
        assertThat(task.path("finish_time").asLong()).isPositive();
        assertThat(task.path("progress").asText()).isEqualTo("100%");
        assertThat(user.quota()).isEqualTo(1_000);
        assertThat(suno.submissions()).hasSize(2);
    }

    /** What the third party calls a task, as administrators see it. */
    private static String upstreamId(String task) {
        TaskClient root = new TaskClient(centre.baseUri(), centre.adminToken(), "/suno");
        return everybodys(root, "task_id=" + task)
                .at("/items/0/upstream_task_id")
                .asText();
    }

    @Test
    void whatFailsThereIsSubmittedElsewhere() {
        SunoStub unlucky = stub();
        SunoStub lucky = stub();
        channel(unlucky.url(), 9, 1);
        long second = channel(lucky.url(), 1, 1);
        User user = user(1_000);
        String id = user.suno().song("passed on");
        String theirs = unlucky.ids().get(0);
        unlucky.say(theirs, TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));

        Awaitility.await().until(() -> lucky.ids().size() == 1);

        lucky.say(lucky.ids().get(0), "SUCCESS", "100%");
        JsonNode task = user.suno().await(id, "SUCCESS");
        assertThat(task.path("fail_reason").asText()).isEmpty();
        assertThat(unlucky.submissions()).hasSize(1);
        assertThat(user.quota()).isEqualTo(900);
        TaskClient root = new TaskClient(centre.baseUri(), centre.adminToken(), "/suno");
        JsonNode listed = everybodys(root, "task_id=" + id).at("/items/0");
        assertThat(listed.path("channel_id").asLong()).isEqualTo(second);
        assertThat(listed.path("upstream_task_id").asText())
                .isEqualTo(lucky.ids().get(0));
    }

    @Test
    void aRetryIsChargedAnewAndGivenBackOnce() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(150);
        String id = user.suno().song("try again");
        String retry = "/tasks/" + user.list("").at("/items/0/id").asText() + "/retry";
        assertThat(admin.send("POST", retry, null).status())
                .as("while it is open")
                .isEqualTo(409);
        suno.say(suno.ids().get(0), TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));
        user.suno().await(id, "FAILURE");

        Reply again = admin.send("POST", retry, null);
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThat(again.at("/data/generation").asInt()).isEqualTo(2);
        JsonNode task = user.suno().await(id, "SUBMITTED");
        assertThat(task.path("fail_reason").asText()).isEmpty();
        assertThat(task.path("progress").asText()).isEqualTo("0%");
        assertThat(task.path("finish_time").asLong()).isZero();
        assertThat(suno.ids()).hasSize(2);
        assertThat(user.quota()).isEqualTo(50);
        suno.say(suno.ids().get(1), TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck again"));
        user.suno().await(id, "FAILURE");
        assertThat(user.quota()).isEqualTo(150);

        String quota = "/accounts/" + user.id() + "/quota";
        admin.send("POST", quota, TaskClient.body().put("amount", -60));
        assertThat(admin.send("POST", retry, null).status())
                .as("with too little quota")
                .isEqualTo(409);
        assertThat(user.list("status=FAILURE").at("/total").asInt()).isEqualTo(1);
        admin.send("POST", quota, TaskClient.body().put("amount", 60));
        assertThat(admin.send("POST", retry, null).status()).isEqualTo(200);
        user.suno().await(id, "SUBMITTED");
        suno.say(suno.ids().get(2), "SUCCESS", "100%");
        user.suno().await(id, "SUCCESS");
        assertThat(suno.submissions()).hasSize(3);
        JsonNode ledger =
                admin.send("GET", "/accounts/" + user.id() + "/ledger", null).at("/data/items");
        assertThat(ledger.findValuesAsText("amount"))
                .containsExactly("-100", "60", "-60", "100", "-100", "100", "-100", "150");
        assertThat(user.used()).isEqualTo(100);
    }

    @Test
    void theAnswerComesWhenAChannelHasTakenIt() {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        User user = user(1_000);
        CompletableFuture<Void> release = new CompletableFuture<>();
        suno.refuseNext(
                Answer.of(200, "{\"code\":\"success\",\"data\":\"late-1\"}").when(release));
        CompletableFuture<Reply> answer =
                CompletableFuture.supplyAsync(() -> user.suno().submit("lyrics", "{\"prompt\":\"p\"}"));
        Awaitility.await().until(() -> suno.submissions().size() == 1);
        assertThat(answer).isNotDone();
        assertThat(user.quota()).isEqualTo(990);
        release.complete(null);
        assertThat(answer.join().status()).isEqualTo(200);
        String id = answer.join().at("/data").asText();
        assertThat(user.suno().fetchOne(id).at("/data/action").asText()).isEqualTo("LYRICS");
    }

    @Test
    void theEndIsPushedToTheAccount() throws Exception {
        SunoStub suno = stub();
        channel(suno.url(), 1);
        try (StubTarget receiver = StubTarget.start()) {
            ObjectNode account = TaskClient.body()
                    .put("name", "pushed " + NUMBER.incrementAndGet())
                    .put("quota", 200)
                    .put("return_url", receiver.uri("/here").toString());
            Reply made = admin.send("POST", "/accounts", account);
            TaskClient client =
                    new TaskClient(centre.baseUri(), made.at("/data/token").asText(), "/suno");
            String id = client.song("told");
            suno.say(suno.ids().get(0), "SUCCESS", "100%");
            Awaitility.await().until(() -> !receiver.requests().isEmpty());
            Received push = receiver.requests().get(0);
            JsonNode told = new ObjectMapper().readTree(push.body());
            assertThat(told.at("/code").asText()).isEqualTo("success");
            assertThat(told.at("/data/task_id").asText()).isEqualTo(id);
            assertThat(told.at("/data/status").asText()).isEqualTo("SUCCESS");
            assertThat(told.at("/data/platform").asText()).isEqualTo("suno");

            String failed = client.song("lost");
            suno.say(
                    suno.ids().get(1),
                    TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));
            Awaitility.await().until(() -> receiver.requests().size() == 2);
            JsonNode loss =
                    new ObjectMapper().readTree(receiver.requests().get(1).body());
            assertThat(loss.at("/data/task_id").asText()).isEqualTo(failed);
            assertThat(loss.at("/data/status").asText()).isEqualTo("FAILURE");
            assertThat(loss.at("/data/fail_reason").asText()).isEqualTo("no luck");
            new Webhook(made.at("/data/webhook_secret").asText())
                    .verify(
                            push.body(),
                            HttpHeaders.of(
                                    push.headers().entrySet().stream()
                                            .collect(Collectors.toMap(
                                                    Map.Entry::getKey, header -> List.of(header.getValue()))),
                                    (name, value) -> true));
        }
    }

    @Test
    void theListsShowThemByEveryFilter() throws Exception {
        SunoStub suno = stub();
        long first = channel(suno.url(), 1);
        User user = user(10_000);
        User other = user(10_000);
        String others = other.suno().song("not mine");
        String done = user.suno().song("done");
        String lyrics = user.suno()
                .submit("Lyrics", TaskClient.body().put("prompt", "a rhyme"))
                .at("/data")
                .asText();
        String open = user.suno().submit("song", "{}").at("/data").asText();
        suno.refuseNext(Answer.of(422, "{\"code\":\"no\",\"message\":\"not that\"}"));
        assertError(user.suno().submit("music", "{}"), 422, "no");
        ObjectNode success = TaskClient.body()
                .put("status", "SUCCESS")
                .put("submit_time", 5)
                .put("start_time", 1_640_908_900)
                .put("finish_time", 1_640_909_000);
        success.putArray("data").addObject().put("audio_url", "https://example.org/1.mp3");
        suno.say(suno.ids().get(1), success);
        suno.say(suno.ids().get(2), "IN_PROGRESS", "37%");
        user.suno().await(done, "SUCCESS");
        user.suno().await(lyrics, "IN_PROGRESS");
        SunoStub painter = stub();
        long second = declared(painter);
        String drawn = new TaskClient(centre.baseUri(), user.token(), "/platform/painter")
                .submit("draw", "{}")
                .at("/data")
                .asText();

        JsonNode all = user.list("");
        assertThat(names(all)).startsWith(drawn).endsWith(open, lyrics, done).hasSize(5);
        String failed = names(all).get(1);
        JsonNode task = all.at("/items/4");
        assertThat(task.path("action").asText()).isEqualTo("song");
        assertThat(task.path("progress").asText()).isEqualTo("100%");
        assertThat(task.path("quota").isIntegralNumber()).isTrue();
        assertThat(task.path("submit_time").asLong()).isGreaterThan(1_640_909_000);
        assertThat(task.path("start_time").asLong()).isEqualTo(1_640_908_900);
        assertThat(task.path("finish_time").asLong()).isEqualTo(1_640_909_000);
        assertThat(task.at("/data/0/audio_url").asText()).isEqualTo("https://example.org/1.mp3");
        assertThat(task.at("/properties/input").asText()).isEqualTo("done");
        assertThat(task.has("channel_id")).isFalse();
        task = all.at("/items/1");
        assertThat(task.path("quota").asLong()).as("after its refund").isEqualTo(100);
        assertThat(task.path("fail_reason").asText()).isEqualTo("not that");
        assertThat(task.path("finish_time").asLong()).isPositive();

        assertThat(names(user.list("status=SUCCESS"))).containsExactly(done);
        assertThat(names(user.list("status=FAILURE"))).containsExactly(failed);
        assertThat(names(user.list("status=IN_PROGRESS"))).containsExactly(lyrics);
        assertThat(names(user.list("status=SUBMITTED"))).containsExactly(drawn, open);
        assertThat(names(user.list("status=UNKNOWN"))).isEmpty();
        assertThat(names(user.list("action=lyrics"))).containsExactly(lyrics);
        assertThat(names(user.list("action=MUSIC"))).containsExactly(failed, open, done);
        assertThat(names(user.list("platform=painter"))).containsExactly(drawn);
        assertThat(names(user.list("platform=suno&action=song&status=FAILURE"))).containsExactly(failed);
        assertThat(names(user.list("task_id=" + open))).containsExactly(open);
        assertThat(names(user.list("task_id=" + others))).isEmpty();
        assertThat(names(user.list("task_id=" + suno.ids().get(1)))).isEmpty();
        long from = all.at("/items/4/submit_time").asLong();
        long to = all.at("/items/0/submit_time").asLong();
        assertThat(names(user.list("start_timestamp=" + from + "&end_timestamp=" + to)))
                .isEqualTo(names(all));
        assertThat(names(user.list("end_timestamp=" + (from - 1)))).isEmpty();
        assertThat(names(user.list("start_timestamp=" + (to + 1)))).isEmpty();

        TaskClient root = new TaskClient(centre.baseUri(), centre.adminToken(), "/suno");
        assertThat(names(everybodys(root, "user_id=" + user.id()))).isEqualTo(names(all));
        assertThat(names(everybodys(root, "user_id=" + other.id()))).containsExactly(others);
        assertThat(names(everybodys(root, "channel_id=" + second))).containsExactly(drawn);
        assertThat(names(everybodys(root, "channel_id=" + first))).containsExactly(failed, open, lyrics, done, others);
        JsonNode found = everybodys(root, "task_id=" + suno.ids().get(1)).at("/items");
        assertThat(found.findValuesAsText("task_id")).containsExactly(done);
        assertThat(found.at("/0/upstream_task_id").asText())
                .isEqualTo(suno.ids().get(1));
        assertThat(found.at("/0/channel_id").asLong()).isEqualTo(first);
        assertThat(found.at("/0/username").asText()).startsWith("user ");
    }

    /** A channel of a declared platform that speaks as the other one. */
    private static long declared(SunoStub stub) throws Exception {
        JsonNode declaration = new ObjectMapper().readTree("""
                {"submit":{"method":"POST","path":"/suno/submit/MUSIC","body":{}},
                 "fetch":{"method":"POST","path":"/suno/fetch","body":{"ids":["${id}"]}},
                 "pointers":{"id":"/data","status":"/data/0/status"},"words":{},"actions":["draw"]}""");
        assertThat(admin.send("PUT", "/platforms/painter", declaration).status())
                .isEqualTo(200);
        ObjectNode body = TaskClient.body()
                .put("name", "painter")
                .put("platform", "painter")
                .put("base_url", stub.url())
                .put("key", "k");
        body.putObject("price").put("draw", 5);
        long id = admin.send("POST", "/channels", body).at("/data/id").asLong();
        CHANNELS.add(id);
        return id;
    }

    private static JsonNode everybodys(TaskClient root, String query) {
        Reply reply = root.list("/api/task/?page_size=100&" + query, 1);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.at("/data");
    }

    private static List<String> names(JsonNode list) {
        List<String> names = list.at("/items").findValuesAsText("task_id");
        assertThat(list.at("/total").asLong()).isEqualTo(names.size());
        return names;
    }

    private static void assertError(Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.at("/code").asText()).isEqualTo(code);
        assertThat(reply.at("/message").asText()).isNotBlank();
        assertThat(reply.at("/data").isNull()).isTrue();
    }
}

package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.StubTarget;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** Third parties of all sorts are asked after their tasks: hostile ones, declared ones, disabled ones, another task centre. */
@TestMethodOrder(OrderAnnotation.class)
class PollIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Centre centre;
    /** Another one, that is an upstream; both start side by side. */
    private static Centre upstream;

    /** Third parties that are asked after one task each from the beginning of all these tests to their end. */
    private static final SunoStub SILENT = SunoStub.start();

    private static final SunoStub FAILING = SunoStub.start();
    private static final SunoStub STEADY = SunoStub.start();
    private static final List<Long> STANDING = new ArrayList<>();

    private static final List<Long> SILENT_ASKED = new CopyOnWriteArrayList<>();
    private static final AtomicInteger FAILURES = new AtomicInteger();
    private static TaskClient patient;
    private static String longAwaited;
    private static String inVain;

    @BeforeAll
    static void start() {
        centre = Centre.setup().with("TASKCENTER_POLL_INTERVAL", "0.1").idle();
        upstream = Centre.setup().with("TASKCENTER_POLL_INTERVAL", "0.1").idle();
        Centre.startAll(centre, upstream);
        CompletableFuture<Void> never = new CompletableFuture<>();
        SILENT.polled(request -> {
            SILENT_ASKED.add(request.at());
            return SILENT_ASKED.size() == 1 ? Answer.of(200, "late").when(never) : SILENT.states(request);
        });
        FAILING.polled(request -> {
            FAILURES.incrementAndGet();
            return Answer.of(503, "not now");
        });
        patient = client("/suno");
        longAwaited = standing(SILENT);
        SILENT.say(SILENT.ids().get(0), "SUCCESS", "100%");
        inVain = standing(FAILING);
        standing(STEADY);
    }

    /** Submits a song there, and sees to it that no more follow. */
    private static String standing(SunoStub stub) {
        long channel = channel(centre, "suno", stub.url(), "k", "music");
        STANDING.add(channel);
        String id = patient.song("it will take long");
        disable(channel);
        return id;
    }

    @AfterAll
    static void stop() {
        centre.close();
        upstream.close();
        List.of(SILENT, FAILING, STEADY).forEach(SunoStub::close);
    }

    /** No more new tasks go to it. */
    private static void disable(long channel) {
        centre.admin().send("PATCH", "/channels/" + channel, TaskClient.body().put("enabled", false));
    }

    /** What this test submits goes to this channel alone: it declares a price for an action of its own platform. */
    private static long channel(Centre at, String platform, String url, String key, String action) {
        ObjectNode body = TaskClient.body()
                .put("name", "channel " + NUMBER.incrementAndGet())
                .put("platform", platform)
                .put("base_url", url)
                .put("key", key)
                .put("max_resubmissions", 0);
        body.putObject("price").put(action, 10);
        Reply made = at.admin().send("POST", "/channels", body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.at("/data/id").asLong();
    }

    @AfterEach
    void deleteChannels() {
        JsonNode all = centre.admin().send("GET", "/channels", null).at("/data/items");
        all.forEach(channel -> {
            if (!STANDING.contains(channel.path("id").asLong())) {
                centre.admin().send("DELETE", "/channels/" + channel.path("id").asLong(), null);
            }
        });
    }

    private static TaskClient client(String path) {
        return new TaskClient(centre.baseUri(), token(centre), path);
    }

    private static String token(Centre at) {
        ObjectNode body = TaskClient.body()
                .put("name", "user " + NUMBER.incrementAndGet())
                .put("quota", 1_000_000);
        return at.admin().send("POST", "/accounts", body).at("/data/token").asText();
    }

    @Test
    @Order(1)
    void othersGoOnWhileOneSaysNothing() {
        try (SunoStub good = SunoStub.start()) {
            channel(centre, "suno", good.url(), "k", "music");
            TaskClient user = client("/suno");
            await().until(() -> SILENT_ASKED.size() == 1);
            String id = user.song("meanwhile");
            good.say(good.ids().get(0), "SUCCESS", "100%");

            user.await(id, "SUCCESS");

            assertThat(patient.fetchOne(longAwaited).at("/data/status").asText())
                    .isEqualTo("SUBMITTED");
            assertThat(SILENT_ASKED).hasSize(1);
            assertThat(SILENT.target().abandoned())
                    .as("polls that were ended: it hangs still")
                    .isZero();
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void whoSaysNothingFor15SecondsIsAskedAnew() {
        patient.await(longAwaited, "SUCCESS");

        assertThat(SILENT.target().abandoned()).as("polls that were ended").isOne();
        assertThat(Duration.ofNanos(SILENT_ASKED.get(1) - SILENT_ASKED.get(0)))
                .isBetween(Duration.ofMillis(14_900), Duration.ofSeconds(60));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void whoFailsIsAskedEverMoreSeldom() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> STEADY.polls(STEADY.ids().get(0)) >= 25);

        assertThat(FAILURES.get()).isBetween(2, STEADY.polls(STEADY.ids().get(0)) / 2);
        assertThat(patient.fetchOne(inVain).at("/data/status").asText())
                .as("that it cannot be asked after is no verdict")
                .isEqualTo("SUBMITTED");
        assertThat(STEADY.polls(FAILING.ids().get(0)))
                .as("each is asked after its own")
                .isZero();
    }

    @Test
    void aHostileThirdPartyHoldsUpNobodyAndCorruptsNothing() throws Exception {
        SunoStub hostile = SunoStub.start();
        SunoStub good = SunoStub.start();
        TaskClient user = client("/suno");
        long first = channel(centre, "suno", hostile.url(), "k", "music");
        List<String> atHostile = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            atHostile.add(user.song("hostile " + i));
        }
        disable(first);
        long second = channel(centre, "suno", good.url(), "k", "music");
        await().until(() -> {
            user.song("good");
            return good.ids().size() > 0;
        });
        List<String> theirs = good.ids();

        AtomicInteger turn = new AtomicInteger();
        CompletableFuture<Void> never = new CompletableFuture<>();
        List<Function<Received, Answer>> tricks = List.of(
                request -> Answer.of(200, "{\"code\":\"success\",\"data\":[{"),
                request -> Answer.large(64L << 20),
                request -> Answer.of(
                        200, "{\"code\":\"success\",\"data\":[{\"task_id\":\"nobody's\",\"status\":\"SUCCESS\"}]}"),
                request -> Answer.of(
                        200,
                        "{\"code\":\"success\",\"data\":[{\"task_id\":\"" + theirs.get(0)
                                + "\",\"status\":\"FAILURE\"}]}"),
                request -> said(hostile.ids().get(0), "DANCING", 7, 3, "{}"),
                request -> said(hostile.ids().get(1), "IN_PROGRESS", 1_700_000_000, -5, "\"\\u0000\\ud800\""),
                request -> Answer.nothing(),
                request -> Answer.of(200, "{").claiming(100).then(Answer.Then.RESET),
                request -> Answer.of(429, "later").header("Retry-After", "1"),
                request -> Answer.of(500, "broken"),
                request -> Answer.of(200, "[]"),
                request -> Answer.of(200, "{\"code\":\"success\",\"data\":{\"0\":1}}"));
        hostile.polled(request -> {
            int now = turn.getAndIncrement();
            return now % 2 == 1 || now / 2 >= tricks.size()
                    ? hostile.states(request)
                    : tricks.get(now / 2).apply(request);
        });
        await().atMost(Duration.ofSeconds(60)).until(() -> turn.get() > 2 * tricks.size());
        assertThat(centre.health("ready")).isEqualTo(200);
        String metrics = metrics();
        String polls = "taskcenter_platform_polls_total{channel=\"%d\",result=\"%s\"}";
        assertThat(metrics).contains(polls.formatted(first, "answered"), polls.formatted(first, "failed"));
        assertThat(metrics)
                .contains(polls.formatted(second, "answered"))
                .doesNotContain(polls.formatted(second, "failed"), polls.formatted(second, "unreadable"));

        hostile.say(
                hostile.ids().get(2),
                TaskClient.body()
                        .put("status", "SUCCESS")
                        .put("start_time", 1_700_000_500)
                        .put("finish_time", 1_700_000_100));
        JsonNode finished = user.await(atHostile.get(2), "SUCCESS");
        assertThat(finished.path("finish_time").asLong())
                .isGreaterThanOrEqualTo(finished.path("start_time").asLong());
        for (String id : atHostile) {
            assertThat(user.fetchOne(id).at("/data/status").asText()).isNotEqualTo("FAILURE");
        }
        hostile.polled(request -> Answer.of(503, "broken"));
        await().atMost(Duration.ofSeconds(60)).until(() -> metrics().lines().anyMatch(line -> isFailing(line, first)));
        assertThat(metrics().lines()).noneMatch(line -> isFailing(line, second));
        // Others go on while it hangs.
        hostile.polled(request -> Answer.of(200, "late").when(never));
        good.say(theirs.get(0), "SUCCESS", "100%");
        await().until(() ->
                user.send("GET", "/suno/fetch/" + atHostile.get(2), null).status() == 200);
        String another = user.song("after all that");
        good.say(good.ids().get(good.ids().size() - 1), "SUCCESS", "100%");
        user.await(another, "SUCCESS");
        hostile.close();
        good.close();
    }

    private static String metrics() throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(centre.uri("/metrics")).build(), BodyHandlers.ofString())
                .body();
    }

    private static boolean isFailing(String line, long channel) {
        return line.startsWith("taskcenter_platform_failing{")
                && line.contains("channel=\"" + channel + "\"")
                && line.contains("at=\"polls\"");
    }

    private static Answer said(String id, String status, long start, long finish, String data) {
        return Answer.of(
                200,
                "{\"code\":\"success\",\"data\":[{\"task_id\":\"" + id + "\",\"status\":\"" + status
                        + "\",\"progress\":\"-3 of 9%\",\"start_time\":" + start + ",\"finish_time\":" + finish
                        + ",\"fail_reason\":{\"a\":1},\"data\":" + data + "}]}");
    }

    @Test
    void oneTaskThatBreaksEveryAnswerIsFoundAndLeftAlone() {
        SunoStub suno = SunoStub.start();
        TaskClient user = client("/suno");
        long channel = channel(centre, "suno", suno.url(), "k", "lyrics");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ids.add(user.submit("lyrics", "{\"prompt\":\"p\"}").at("/data").asText());
        }
        String poison = suno.ids().get(5);
        suno.polled(request ->
                request.body().contains("\"" + poison + "\"") ? Answer.of(200, "<poison>") : suno.states(request));
        suno.ids().forEach(id -> suno.say(id, "SUCCESS", "100%"));
        int fine = 0;
        for (int i = 0; i < ids.size(); i++) {
            if (!suno.ids().get(i).equals(poison)) {
                user.await(ids.get(i), "SUCCESS");
                fine++;
            }
        }
        assertThat(fine).isEqualTo(11);
        assertThat(user.fetchOne(ids.get(5)).at("/data/status").asText()).isEqualTo("SUBMITTED");
        suno.polled(null);
        user.await(ids.get(5), "SUCCESS");
        suno.close();
    }

    @Test
    void atMostAHundredAreAskedAfterAtATime() {
        SunoStub suno = SunoStub.start();
        TaskClient user = client("/suno");
        channel(centre, "suno", suno.url(), "k", "lyrics");
        Set<Integer> sizes = ConcurrentHashMap.newKeySet();
        // While it fails, more and more become due.
        suno.polled(request -> Answer.of(503, "later"));
        List<String> ids = IntStream.range(0, 120)
                .parallel()
                .mapToObj(i ->
                        user.submit("lyrics", "{\"prompt\":\"p\"}").at("/data").asText())
                .toList();
        suno.polled(request -> {
            sizes.add(SunoStub.asked(request).size());
            return suno.states(request);
        });
        await().atMost(Duration.ofSeconds(60)).until(() -> sizes.contains(100));
        // Old ones to which nothing happens do not keep a new one waiting.
        String last = user.submit("lyrics", "{\"prompt\":\"p\"}").at("/data").asText();
        suno.say(suno.ids().get(120), "SUCCESS", "100%");
        user.await(last, "SUCCESS");
        suno.ids().forEach(id -> suno.say(id, "SUCCESS", "100%"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> user.fetch(ids.toArray(String[]::new))
                        .at("/data")
                        .findValuesAsText("status")
                        .equals(Collections.nCopies(120, "SUCCESS")));
        assertThat(Collections.max(sizes)).isEqualTo(100);
        suno.close();
    }

    @Test
    void aPlatformIsMadeOfItsDeclarationAlone() throws Exception {
        try (StubTarget third = StubTarget.start()) {
            JsonNode declaration = JSON.readTree("""
                    {"submit":{"method":"POST","path":"/v1/${action}","body":{"text":"${body.prompt}","size":"${body.size}",
                       "none":"${body.none}","note":"for ${body.prompt}"}},
                     "fetch":{"method":"GET","path":"/v1/jobs/${id}"},
                     "headers":{"X-Key":"${key}"},
                     "pointers":{"id":"/job/id","status":"/state","progress":"/percent","fail_reason":"/why","data":"/out"},
                     "words":{"done":"SUCCESS","broken":"FAILURE","working":"IN_PROGRESS"},
                     "actions":["draw"]}""");
            Reply put = centre.admin().send("PUT", "/platforms/painter", declaration);
            assertThat(put.status()).as(put.toString()).isEqualTo(200);
            long channel = channel(centre, "painter", third.uri("").toString(), "secret-key", "draw");
            third.on("/v1/draw", Answer.of(200, "{\"job\":{\"id\":\"j/1 a\"}}"));
            third.on("/v1/jobs/j%2F1%20a", Answer.of(200, "{\"state\":\"working\",\"percent\":12.7}"));
            TaskClient user = client("/platform/painter");
            assertThat(user.submit("dance", "{}").at("/code").asText()).isEqualTo("invalid_action");
            Reply reply = user.submit("DRAW", "{\"prompt\":\"a \\\"cat\\\"\",\"size\":[1,2]}");
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            Received sent = third.requests("/v1/draw").get(0);
            assertThat(JSON.readTree(sent.body()))
                    .isEqualTo(JSON.readTree(
                            "{\"text\":\"a \\\"cat\\\"\",\"size\":[1,2],\"note\":\"for a \\\"cat\\\"\"}"));
            assertThat(sent.header("X-Key")).hasValue("secret-key");
            String id = reply.at("/data").asText();
            assertThat(user.await(id, "IN_PROGRESS").path("progress").asText()).isEqualTo("12%");
            third.on("/v1/jobs/j%2F1%20a", Answer.of(200, "{\"state\":\"done\",\"out\":{\"url\":\"u\"}}"));
            JsonNode done = user.await(id, "SUCCESS");
            assertThat(done.at("/data/url").asText()).isEqualTo("u");
            assertThat(done.path("action").asText()).isEqualTo("draw");
            assertThat(client("/suno").fetch(id).at("/data").size()).isZero();
        }
    }

    @Test
    void aDisabledChannelIsAskedAfterWhatItHas() {
        SunoStub suno = SunoStub.start();
        TaskClient user = client("/suno");
        long channel = channel(centre, "suno", suno.url(), "k", "lyrics");
        String id = user.submit("lyrics", "{\"prompt\":\"p\"}").at("/data").asText();
        disable(channel);
        assertThat(user.submit("lyrics", "{\"prompt\":\"p\"}").at("/code").asText())
                .isEqualTo("get_channel_failed");
        suno.say(suno.ids().get(0), "SUCCESS", "100%");
        user.await(id, "SUCCESS");
        suno.close();
    }

    @Test
    void oneCentreIsTheUpstreamOfAnother() {
        try (SunoStub suno = SunoStub.start()) {
            channel(upstream, "suno", suno.url(), "k", "music");
            URI base = upstream.baseUri();
            long channel = channel(centre, "suno", base.toString(), token(upstream), "music");
            TaskClient user = client("/suno");
            String id = user.song("chained");
            ObjectNode done = TaskClient.body()
                    .put("status", "SUCCESS")
                    .put("start_time", 1_700_000_000)
                    .put("progress", "1%");
            done.putArray("data").add("a song");
            suno.say(suno.ids().get(0), "IN_PROGRESS", "50%");
            assertThat(user.await(id, "IN_PROGRESS").path("progress").asText()).isEqualTo("50%");
            suno.say(suno.ids().get(0), done);
            JsonNode task = user.await(id, "SUCCESS");
            assertThat(task.at("/data/0").asText()).isEqualTo("a song");
            assertThat(task.path("start_time").asLong()).isEqualTo(1_700_000_000);
        }
    }
}

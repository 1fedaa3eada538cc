package org.taskcenter.api.manager;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.CENTRE;
import static org.taskcenter.api.manager.Stage.PATIENCE;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.add;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.inner;
import static org.taskcenter.api.manager.Stage.requests;
import static org.taskcenter.api.manager.Stage.retry;
import static org.taskcenter.api.manager.Stage.run;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.StubTarget;

/** What is done for the tasks that were added, over HTTP against the packaged program. */
class ManagerCallsIT {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final Answer OK = Answer.of(200, "ok");

    private static Answer never() {
        return OK.when(new CompletableFuture<>());
    }

    private static void assertEnd(JsonNode line, String status, int code) {
        assertThat(line.path("status").textValue()).as(line.toString()).isEqualTo(status);
        assertThat(line.at("/result/code").intValue()).as(line.toString()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
    void callsWithEachMethod(String method) {
        ObjectNode task = task(method, Answer.of(201, "made"));

        JsonNode line = run(task);

        assertEnd(line, "finish", 201);
        assertThat(line.at("/result/body").textValue()).isEqualTo(method.equals("HEAD") ? "" : "made");
        assertThat(TARGET.requests("/" + id(task))).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo(method);
            assertThat(request.bytes()).isEmpty();
            assertThat(request.header("Content-Type")).isEmpty();
        });
    }

    @Test
    void sendsTheBodyAsUtf8AndAsXml() {
        ObjectNode task = task("POST");
        inner(task).put("body", "<a>\u0001é日😀</Broken");

        run(task);

        Received request = TARGET.requests("/" + id(task)).get(0);
        assertThat(request.bytes()).isEqualTo("<a>\u0001é日😀</Broken".getBytes(UTF_8));
        assertThat(request.header("Content-Type").orElseThrow())
                .isEqualToIgnoringCase("application/xml; charset=UTF-8");
    }

    @Test
    void sendsTheHeadersOfTheTask() {
        ObjectNode task = task("PUT");
        inner(task).put("body", "{}");
        inner(task)
                .putObject("headers")
                .put("content-type", "application/json")
                .put("X-Other", "a b")
                .put("X-Number", 1);

        run(task);

        Received request = TARGET.requests("/" + id(task)).get(0);
        assertThat(request.header("Content-Type")).contains("application/json");
        assertThat(request.header("X-Other")).contains("a b");
        assertThat(request.header("X-Number")).contains("1");
    }

    @Test
    void sendsTheQuery() {
        ObjectNode task = task("GET");
        inner(task)
                .put("url", TARGET.uri("/" + id(task) + "?a=%20b&c=%E6%97%A5").toString());

        run(task);

        assertThat(TARGET.requests("/" + id(task)).get(0).target()).endsWith("?a=%20b&c=%E6%97%A5");
    }

    @ParameterizedTest
    @CsvSource({
        "200,finish",
        "204,finish",
        "299,finish",
        "301,finish",
        "302,finish",
        "304,finish",
        "307,finish",
        "400,error",
        "401,error",
        "404,error",
        "409,error",
        "410,error",
        "499,error"
    })
    void endsWithTheAnswer(int code, String status) {
        ObjectNode task = task(
                "POST",
                Answer.of(code, code == 204 || code == 304 ? "" : "said")
                        .header("Location", TARGET.uri("/elsewhere").toString()));

        JsonNode line = run(task);

        assertEnd(line, status, code);
        assertThat(requests(task)).isOne();
        assertThat(TARGET.requests("/elsewhere")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,429",
        "GET,502",
        "GET,503",
        "GET,504",
        "GET,500",
        "GET,501",
        "HEAD,503",
        "HEAD,500",
        "POST,429",
        "POST,502",
        "POST,503",
        "POST,504",
        "PATCH,429",
        "PATCH,503",
        "PUT,503",
        "PUT,500",
        "DELETE,503",
        "DELETE,599"
    })
    void triesAgain(String method, int code) {
        ObjectNode task = task(method, Answer.of(code, "not now"), OK);

        assertEnd(run(task), "finish", 200);

        assertThat(requests(task)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"POST,500", "PATCH,500", "POST,501", "POST,599"})
    void repeatsWhatIsNotSafeOnlyWhereToldSo(String method, int code) {
        ObjectNode careful = task(method, Answer.of(code, "broken"), OK);
        JsonNode line = run(careful);
        assertEnd(line, "error", code);
        assertThat(line.at("/result/body").textValue()).isEqualTo("broken");
        assertThat(requests(careful)).isOne();

        ObjectNode unsafe = task(method, Answer.of(code, "broken"), OK);
        retry(unsafe).put("unsafe", true);
        assertEnd(run(unsafe), "finish", 200);
        assertThat(requests(unsafe)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,false,2",
        "HEAD,false,2",
        "PUT,false,2",
        "DELETE,false,2",
        "POST,false,1",
        "PATCH,false,1",
        "POST,true,2"
    })
    @Execution(CONCURRENT)
    void timesOut(String method, boolean isUnsafe, int requests) {
        ObjectNode task = task(method, never());
        inner(task).put("timeout", 1);
        retry(task).put("max_attempts", 2).put("unsafe", isUnsafe);

        JsonNode line = run(task);

        assertEnd(line, "error", 504);
        assertThat(line.at("/result/body").textValue()).isNotBlank();
        assertThat(requests(task)).isEqualTo(requests);
    }

    @Test
    void givesUpAfterTheLastAttemptWithItsAnswer() {
        ObjectNode task = task("POST", Answer.of(503, "a"), Answer.of(503, "b"), Answer.of(502, "c"), OK);
        retry(task).put("max_attempts", 3);

        JsonNode line = run(task);

        assertEnd(line, "error", 502);
        assertThat(line.at("/result/body").textValue()).isEqualTo("c");
        assertThat(requests(task)).isEqualTo(3);
    }

    @Test
    void makesFiveAttemptsByDefault() {
        ObjectNode task = task("GET", Answer.of(503, "no"));

        run(task);

        assertThat(requests(task)).isEqualTo(5);
    }

    @Test
    void givesUpAtTheDeadline() {
        ObjectNode task = task("GET", Answer.of(503, "no"));
        retry(task)
                .put("max_attempts", 10_000)
                .put("min_backoff", 0.2)
                .put("max_backoff", 0.2)
                .put("deadline", 1);

        assertEnd(run(task), "error", 503);

        assertThat(requests(task)).isGreaterThan(1);
    }

    @Test
    @Execution(CONCURRENT)
    void waitsAsLongAsTheTargetAsks() {
        ObjectNode task = task("GET", Answer.of(503, "no").header("Retry-After", "2"), OK);

        assertEnd(run(task), "finish", 200);

        List<Received> requests = TARGET.requests("/" + id(task));
        assertThat(Duration.ofNanos(requests.get(1).at() - requests.get(0).at()))
                .isGreaterThan(Duration.ofMillis(1_900));
    }

    @Test
    @Execution(CONCURRENT)
    void waitsUntilTheTimeThatTheTargetTells() {
        ZonedDateTime then = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
        String told = DateTimeFormatter.RFC_1123_DATE_TIME.format(then);
        ObjectNode task = task("GET", Answer.of(503, "no").header("Retry-After", told), OK);

        assertEnd(run(task), "finish", 200);

        assertThat(Instant.now()).isAfterOrEqualTo(then.toInstant());
        assertThat(requests(task)).isEqualTo(2);
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

    /** Where nobody listens. */
    private static URI away() {
        try (StubTarget target = StubTarget.start()) {
            return target.uri("/");
        }
    }

    @Test
    void callsATargetThatComesBack() {
        URI away = away();
        ObjectNode task = ManagerClient.task("acme", unique("away"), "POST", away);
        inner(task)
                .putObject("retry")
                .put("max_attempts", 10_000)
                .put("max_backoff", 0.2)
                .put("min_backoff", 0.2);
        ObjectNode failing = ManagerClient.task("acme", unique("away"), "POST", away);
        inner(failing).putObject("retry").put("max_attempts", 2).put("max_backoff", 0);

        JsonNode line = run(failing);
        assertEnd(line, "error", 502);
        assertThat(line.at("/result/body").textValue()).isNotBlank();

        add(task);
        try (StubTarget back = StubTarget.start(away.getPort())) {
            assertEnd(end(task), "finish", 200);
            assertThat(back.count()).isOne();
        }
    }

    @Test
    void sendsOneIdempotencyKeyOnEachAttempt() {
        ObjectNode task = task("POST", Answer.of(503, "no"), Answer.of(503, "no"), OK);
        ObjectNode other = task("POST");
        ObjectNode foreign = ManagerClient.task("acme-two", id(task), "POST", TARGET.uri("/foreign-" + id(task)));

        run(task);
        run(other);
        run(foreign);

        List<String> keys = keys("/" + id(task));
        assertThat(keys).hasSize(3).containsOnly(keys.get(0));
        assertThat(keys.get(0)).isNotBlank();
        assertThat(keys("/" + id(other))).doesNotContain(keys.get(0));
        assertThat(keys("/foreign-" + id(task))).hasSize(1).doesNotContain(keys.get(0));
    }

    private static List<String> keys(String path) {
        return TARGET.requests(path).stream()
                .map(request -> request.header("Idempotency-Key").orElse(""))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"503,503", "500,500"})
    void neverRepeatsWhatMayHaveReachedItsTarget(int code, int end) {
        ObjectNode answered = task("GET", Answer.of(code, "no"), OK);
        inner(answered).put("at_most_once", true);

        assertEnd(run(answered), "error", end);

        assertThat(requests(answered)).isOne();
    }

    @Test
    @Execution(CONCURRENT)
    void neverRepeatsWhatTimedOutAtMostOnce() {
        ObjectNode task = task("GET", never(), OK);
        inner(task).put("at_most_once", true).put("timeout", 1);

        assertEnd(run(task), "error", 504);

        assertThat(requests(task)).isOne();
    }

    @Test
    void repeatsAtMostOnceWhereNothingWasReached() {
        URI away = away();
        ObjectNode task = ManagerClient.task("acme", unique("away"), "POST", away);
        inner(task).put("at_most_once", true);
        inner(task)
                .putObject("retry")
                .put("max_attempts", 10_000)
                .put("max_backoff", 0.2)
                .put("min_backoff", 0.2);
        add(task);

        try (StubTarget back = StubTarget.start(away.getPort())) {
            assertEnd(end(task), "finish", 200);
            assertThat(back.count()).isOne();
        }
    }

    @Test
    @Execution(CONCURRENT)
    void waitsUntilRunAt() {
        ObjectNode task = task("GET");
        Instant due = Instant.now().plusSeconds(3);
        inner(task).put("run_at", due.toString());
        add(task);

        assertThat(ACME.status(ManagerClient.one("acme", id(task)))
                        .at("/results/0/status")
                        .textValue())
                .isEqualTo("wait");
        assertEnd(end(task), "finish", 200);
        assertThat(Instant.now()).isAfterOrEqualTo(due);
    }

    @Test
    void callsHigherPrioritiesFirst() {
        String run = unique("priority");
        CENTRE.admin().pause("call");
        try {
            List<ObjectNode> tasks = new ArrayList<>();
            for (int i = 0; i <= 2_000; i++) {
                ObjectNode task = ManagerClient.task("acme", run + "-" + i, "GET", TARGET.uri("/" + run + "?" + i));
                inner(task).put("priority", i == 2_000 ? 10 : -10);
                tasks.add(task);
            }
            assertThat(ACME.add(tasks).at("/count/total").intValue()).isEqualTo(2_001);
        } finally {
            CENTRE.admin().pause();
        }

        await().atMost(PATIENCE).until(() -> TARGET.requests("/" + run).size() == 2_001);

        List<String> targets =
                TARGET.requests("/" + run).stream().map(Received::target).toList();
        assertThat(targets.indexOf("/" + run + "?2000")).isLessThan(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "ISO-8859-1, text/plain; charset=ISO-8859-1",
        "Shift_JIS, text/xml;charset=\"Shift_JIS\"",
        "UTF-8, application/xml; charset=utf-8",
        "UTF-8, application/octet-stream",
        "UTF-8, text/plain; charset=x-nobody-knows",
        "UTF-8, nonsense"
    })
    void readsTheAnswerInItsCharset(String charset, String type) {
        String text = charset.equals("ISO-8859-1") ? "é\r\n<a/>" : "日本\r\n<a/>";
        ObjectNode task = task(
                "GET", Answer.of(200, text.getBytes(Charset.forName(charset))).header("Content-Type", type));

        assertThat(run(task).at("/result/body").textValue()).isEqualTo(text);
    }

    @Test
    void replacesWhatCannotBeReadOrKept() {
        byte[] body = "a\u0000b\u00ffc".getBytes(ISO_8859_1);

        JsonNode line = run(task("GET", Answer.of(200, body)));

        assertThat(line.at("/result/body").textValue()).isEqualTo("a\uFFFDb\uFFFDc");
        assertThat(line.at("/result/truncated").isMissingNode()).isTrue();
    }

    @Test
    void keepsOneMebibyteAndCutsTheRest() {
        JsonNode whole = run(task("GET", Answer.large(MEBIBYTE)));
        assertThat(whole.at("/result/body").textValue()).hasSize(MEBIBYTE);
        assertThat(whole.at("/result/truncated").isMissingNode()).isTrue();

        JsonNode cut = run(task("GET", Answer.large(MEBIBYTE + 1)));
        assertThat(cut.at("/result/body").textValue()).hasSize(MEBIBYTE);
        assertThat(cut.at("/result/truncated").booleanValue()).isTrue();
        assertEnd(cut, "finish", 200);
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

    @Test
    @Execution(CONCURRENT)
    void outlivesHostileAnswers() {
        ObjectNode large = task("GET", Answer.large(50_000_000));
        ObjectNode endless = task("GET", Answer.endless());
        ObjectNode tooLittle = task("GET", OK.claiming(1_000).then(Answer.Then.CLOSE));
        ObjectNode stalls = task("GET", OK.claiming(1_000).then(Answer.Then.STALL));
        ObjectNode nothing = task("GET", Answer.nothing());
        ObjectNode noHttp = task("GET", Answer.raw("SSH-2.0-nonsense\r\n".getBytes(UTF_8)));
        ObjectNode reset = task("GET", OK.claiming(1_000).then(Answer.Then.RESET));
        ObjectNode tooMuch = task("GET", OK.claiming(1));
        ObjectNode good = task("GET", OK);
        List<ObjectNode> all = List.of(large, endless, tooLittle, stalls, nothing, noHttp, reset, tooMuch, good);
        all.forEach(task -> inner(task).put("timeout", 3));
        all.forEach(task -> retry(task).put("max_attempts", 2));

        ACME.add(all);

        assertEnd(end(good), "finish", 200);
        assertEnd(end(large), "finish", 200);
        assertThat(end(large).at("/result/truncated").booleanValue()).isTrue();
        assertEnd(end(endless), "finish", 200);
        assertThat(end(endless).at("/result/truncated").booleanValue()).isTrue();
        assertEnd(end(tooLittle), "error", 502);
        assertEnd(end(stalls), "error", 504);
        assertEnd(end(nothing), "error", 502);
        assertEnd(end(noHttp), "error", 502);
        assertEnd(end(reset), "error", 502);
        assertThat(end(tooMuch).at("/result").isObject()).isTrue();
        assertEnd(run(task("GET", OK)), "finish", 200);
        assertThat(CENTRE.health("ready")).isEqualTo(200);
        assertThat(CENTRE.health("started")).isEqualTo(200);
    }

    @Test
    @Execution(CONCURRENT)
    void callsNoForbiddenTarget() {
        JsonNode rejected = ACME.add(
                        ManagerClient.task("acme", unique("private"), "GET", URI.create("http://10.0.0.1/")))
                .at("/results/0");
        assertThat(rejected.path("status").textValue()).isEqualTo("reject");
        assertThat(rejected.path("code").intValue()).isEqualTo(403);

        try (Centre strict =
                Centre.setup().with("TASKCENTER_ALLOW_TARGETS", null).start()) {
            ManagerClient client = strict.manager(strict.admin().account("acme", "acme"));
            String id = unique("localhost");

            // What is behind a name is not known before it is called.
            client.add(
                    ManagerClient.task("acme", id, "GET", URI.create("http://localhost:" + TARGET.port() + "/" + id)));

            JsonNode line = client.awaitEnd("acme", id, PATIENCE);
            assertEnd(line, "error", 403);
            assertThat(line.at("/result/body").textValue()).isNotBlank();
            assertThat(TARGET.requests("/" + id)).isEmpty();
        }
    }
}

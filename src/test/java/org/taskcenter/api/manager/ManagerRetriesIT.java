package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;
import static org.taskcenter.api.manager.Stage.OK;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.add;
import static org.taskcenter.api.manager.Stage.assertEnd;
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
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.StubTarget;

/** Which calls are made again, when, and how often. */
class ManagerRetriesIT {
    private static Answer never() {
        return OK.when(new CompletableFuture<>());
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
}

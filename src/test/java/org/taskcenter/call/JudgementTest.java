package org.taskcenter.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Failure;
import org.taskcenter.gate.Header;
import org.taskcenter.gate.Result;
import org.taskcenter.task.Attempt.Outcome;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

class JudgementTest {
    private static final Duration TOOK = Duration.ofMillis(30);
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

    private final Judgement judgement = new Judgement(() -> 0.5, Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource({"200, SUCCEEDED", "204, SUCCEEDED", "302, SUCCEEDED", "400, FAILED", "404, FAILED", "410, FAILED"})
    void anAnswerThatIsNoRefusalForNowEndsTheCall(int status, TaskState end) {
        Settlement settlement = judge(call("POST"), answer(status), null);

        assertThat(settlement.next()).isEqualTo(end);
        assertThat(settlement.attempt().code()).isEqualTo(status);
        assertThat(settlement.attempt().body()).isEqualTo("text");
    }

    @ParameterizedTest
    @CsvSource({"429", "502", "503", "504"})
    void whoSaysNotNowIsAskedAgainWhateverTheMethod(int status) {
        assertThat(judge(call("POST"), answer(status), null).next()).isEqualTo(TaskState.WAITING);
    }

    @ParameterizedTest
    @CsvSource({"GET, WAITING", "HEAD, WAITING", "PUT, WAITING", "DELETE, WAITING", "POST, FAILED", "PATCH, FAILED"})
    void anotherServerErrorOrATimeOutIsRepeatedOnlyWhereThatDoesNoHarm(String method, TaskState next) {
        assertThat(judge(call(method), answer(500), null).next()).isEqualTo(next);
        assertThat(judge(call(method), failure(Failure.Kind.TIMEOUT), null).next())
                .isEqualTo(next);
        assertThat(judge(call(method), failure(Failure.Kind.BROKEN), null).next())
                .isEqualTo(next);
    }

    @Test
    void aClientCanAskForRepeatsThatMayDoHarm() {
        Retry unsafe = new Retry(5, Duration.ofSeconds(1), Duration.ofSeconds(300), Duration.ofDays(1), true);

        assertThat(judge(call("POST", unsafe, false), answer(500), null).next()).isEqualTo(TaskState.WAITING);
    }

    @Test
    void withoutAConnectionNothingWasSentSoItIsRepeatedAlways() {
        Settlement settlement = judge(call("POST", Retry.DEFAULT, true), failure(Failure.Kind.CONNECT), null);

        assertThat(settlement.next()).isEqualTo(TaskState.WAITING);
        assertThat(settlement.attempt().code()).isEqualTo(502);
    }

    @Test
    void anAtMostOnceCallIsNotRepeatedOnceItMayHaveArrived() {
        CallDetails.Stored once = call("GET", Retry.DEFAULT, true);

        assertThat(judge(once, answer(503), null).next()).isEqualTo(TaskState.FAILED);
        assertThat(judge(once, failure(Failure.Kind.TIMEOUT), null).next()).isEqualTo(TaskState.FAILED);
        assertThat(judge(once, failure(Failure.Kind.STOPPED), Why.INTERRUPTED).next())
                .isEqualTo(TaskState.FAILED);
    }

    @Test
    void aForbiddenTargetIsNotTriedAgain() {
        Settlement settlement = judge(call("GET"), failure(Failure.Kind.FORBIDDEN), null);

        assertThat(settlement.next()).isEqualTo(TaskState.FAILED);
        assertThat(settlement.attempt().code()).isEqualTo(403);
        assertThat(settlement.attempt().body()).isEqualTo("reason");
    }

    @Test
    void aStoppedCallEndsAsCancelledOrGoesBackInLine() {
        Settlement cancelled = judge(call("POST"), failure(Failure.Kind.STOPPED), Why.CANCELLED);
        Settlement interrupted = judge(call("POST"), failure(Failure.Kind.STOPPED), Why.INTERRUPTED);

        assertThat(cancelled.next()).isEqualTo(TaskState.CANCELLED);
        assertThat(cancelled.attempt().code()).isEqualTo(410);
        assertThat(interrupted.next()).isEqualTo(TaskState.WAITING);
        assertThat(interrupted.attempt().outcome()).isEqualTo(Outcome.INTERRUPTED);
        assertThat(interrupted.delay()).isZero();
    }

    @Test
    void theLastAttemptEndsTheCall() {
        assertThat(judge(claim(5, 0), call("GET"), answer(503), null).next()).isEqualTo(TaskState.FAILED);
        assertThat(judge(claim(6, 2), call("GET"), answer(503), null).next())
                .as("attempts that the centre itself cut off do not count")
                .isEqualTo(TaskState.WAITING);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7000",
        "'Tue, 03 Feb 2026 04:05:16 GMT', 10000",
        "0, 500",
        "soon, 500",
        "99999999999999999999, 500",
        "'Tue, 03 Feb 2026 04:00:00 GMT', 500"
    })
    void retryAfterIsHonoured(String value, long millis) {
        Answer busy = new Answer(
                503, List.of(new Header("retry-after", value)), "x".getBytes(StandardCharsets.UTF_8), false, TOOK);

        assertThat(judge(call("POST"), busy, null).delay()).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void aPauseBeyondTheDeadlineIsNotMade() {
        Answer busy = new Answer(503, List.of(new Header("Retry-After", "90000")), new byte[0], false, TOOK);

        assertThat(judge(call("POST"), busy, null).next()).isEqualTo(TaskState.FAILED);
    }

    private Settlement judge(CallDetails.Stored call, Result result, Why why) {
        return judge(claim(1, 0), call, result, why);
    }

    private Settlement judge(Claim claim, CallDetails.Stored call, Result result, Why why) {
        return judgement.of(claim, call, result, why);
    }

    private static Claim claim(int attempt, int interruptions) {
        return new Claim(
                1, "call", "client", "id", 1, 0, 1, 3, attempt, interruptions, Duration.ZERO, Duration.ofSeconds(1));
    }

    private static CallDetails.Stored call(String method) {
        return call(method, Retry.DEFAULT, false);
    }

    private static CallDetails.Stored call(String method, Retry retry, boolean atMostOnce) {
        return new CallDetails.Stored(
                "http://example.com/", method, Map.of(), null, Duration.ofSeconds(60), retry, atMostOnce);
    }

    private static Answer answer(int status) {
        return new Answer(status, List.of(), "text".getBytes(StandardCharsets.UTF_8), false, TOOK);
    }

    private static Failure failure(Failure.Kind kind) {
        return new Failure(kind, "reason", TOOK);
    }
}

package org.taskcenter.call;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.taskcenter.dispatch.RetryPolicy;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Failure;
import org.taskcenter.gate.Result;
import org.taskcenter.gate.RetryAfter;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Attempt.Outcome;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/** Says what an attempt at a call has come to: success, failure, or another attempt. */
final class Judgement {
    static final String CANCELLED = "Cancelled while it was under way; its effect is unknown.";
    static final String INTERRUPTED = "The centre stopped while this attempt was under way; its effect is unknown.";

    private static final int FORBIDDEN = 403;
    private static final int GONE = 410;
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;
    /** Answers that say "not now", so that any method may be repeated. */
    private static final Set<Integer> NOT_NOW = Set.of(429, 502, 503, 504);

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE");

    private final DoubleSupplier random;
    private final Clock clock;

    Judgement(DoubleSupplier random, Clock clock) {
        this.random = random;
        this.clock = clock;
    }

    /** @param why why this attempt was stopped, or null where it was not */
    Settlement of(Claim claim, CallDetails.Stored call, Result result, Why why) {
        if (result instanceof Answer answer) {
            return answered(claim, call, answer);
        }
        Failure failure = (Failure) result;
        return switch (failure.kind()) {
            case FORBIDDEN -> ended(claim, TaskState.FAILED, Outcome.FORBIDDEN, FORBIDDEN, failure);
            case CONNECT -> broken(claim, call, failure, BAD_GATEWAY, true);
            case BROKEN -> broken(claim, call, failure, BAD_GATEWAY, mayRepeat(call));
            case TIMEOUT -> broken(claim, call, failure, GATEWAY_TIMEOUT, mayRepeat(call));
            case STOPPED -> stopped(claim, call.atMostOnce(), why, failure.took());
        };
    }

    /** What becomes of a call that was stopped while it was under way. */
    static Settlement stopped(Claim claim, boolean atMostOnce, Why why, Duration took) {
        if (why == Why.CANCELLED) {
            Attempt attempt = new Attempt(Outcome.STOPPED, GONE, CANCELLED, false, took);
            return Settlement.ended(claim, TaskState.CANCELLED, attempt);
        }
        Attempt attempt = new Attempt(Outcome.INTERRUPTED, GATEWAY_TIMEOUT, INTERRUPTED, false, took);
        return atMostOnce
                ? Settlement.ended(claim, TaskState.FAILED, attempt)
                : Settlement.again(claim, attempt, Duration.ZERO);
    }

    private Settlement answered(Claim claim, CallDetails.Stored call, Answer answer) {
        boolean success = answer.status() >= 200 && answer.status() < 400;
        Attempt attempt = new Attempt(
                success ? Outcome.DONE : Outcome.REFUSED,
                answer.status(),
                answer.text(),
                answer.truncated(),
                answer.took());
        if (success) {
            return Settlement.ended(claim, TaskState.SUCCEEDED, attempt);
        }
        boolean again =
                !call.atMostOnce() && (NOT_NOW.contains(answer.status()) || answer.status() >= 500 && mayRepeat(call));
        return again
                ? againOrFailed(claim, call, attempt, RetryAfter.of(answer, clock.instant()))
                : Settlement.ended(claim, TaskState.FAILED, attempt);
    }

    private Settlement broken(Claim claim, CallDetails.Stored call, Failure failure, int code, boolean again) {
        Attempt attempt = new Attempt(Outcome.BROKEN, code, failure.reason(), false, failure.took());
        return again ? againOrFailed(claim, call, attempt, null) : Settlement.ended(claim, TaskState.FAILED, attempt);
    }

    private static Settlement ended(Claim claim, TaskState end, Outcome outcome, int code, Failure failure) {
        return Settlement.ended(claim, end, new Attempt(outcome, code, failure.reason(), false, failure.took()));
    }

    private Settlement againOrFailed(Claim claim, CallDetails.Stored call, Attempt attempt, Duration asked) {
        Retry retry = call.retry();
        RetryPolicy policy =
                new RetryPolicy(retry.maxAttempts(), retry.minBackoff(), retry.maxBackoff(), retry.deadline());
        Optional<Duration> pause =
                policy.pause(claim.countedAttempt(), claim.age().plus(attempt.took()), asked, random);
        return pause.map(delay -> Settlement.again(claim, attempt, delay))
                .orElseGet(() -> Settlement.ended(claim, TaskState.FAILED, attempt));
    }

    private static boolean mayRepeat(CallDetails.Stored call) {
        return !call.atMostOnce()
                && (IDEMPOTENT.contains(call.method()) || call.retry().unsafe());
    }
}

package org.taskcenter.push;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.taskcenter.config.PushSettings;
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

/** Says what a try to push has come to: 2xx ends it, 410 gives it up, everything else is tried again for a day. */
final class PushJudgement {
    private static final int FORBIDDEN = 403;
    private static final int GONE = 410;
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final String STOPPED = "Stopped while it was under way.";

    private final PushSettings settings;
    private final DoubleSupplier random;
    private final Clock clock;

    PushJudgement(PushSettings settings, DoubleSupplier random, Clock clock) {
        this.settings = settings;
        this.random = random;
        this.clock = clock;
    }

    /** @param why why this try was stopped, or null where it was not */
    Settlement of(Claim claim, Result result, Why why) {
        if (result instanceof Answer answer) {
            return answered(claim, answer);
        }
        Failure failure = (Failure) result;
        return switch (failure.kind()) {
            case FORBIDDEN -> failed(claim, Outcome.FORBIDDEN, FORBIDDEN, failure);
            case CONNECT, BROKEN -> failed(claim, Outcome.BROKEN, BAD_GATEWAY, failure);
            case TIMEOUT -> failed(claim, Outcome.BROKEN, GATEWAY_TIMEOUT, failure);
            case STOPPED -> stopped(claim, why, failure.took());
        };
    }

    private Settlement answered(Claim claim, Answer answer) {
        boolean success = answer.status() >= 200 && answer.status() < 300;
        Attempt attempt = new Attempt(
                success ? Outcome.DONE : Outcome.REFUSED,
                answer.status(),
                answer.text(),
                answer.truncated(),
                answer.took());
        if (success) {
            return Settlement.ended(claim, TaskState.SUCCEEDED, attempt);
        }
        return answer.status() == GONE
                ? Settlement.ended(claim, TaskState.FAILED, attempt)
                : againOrFailed(claim, attempt, RetryAfter.of(answer, clock.instant()));
    }

    private Settlement failed(Claim claim, Outcome outcome, int code, Failure failure) {
        return againOrFailed(claim, new Attempt(outcome, code, failure.reason(), false, failure.took()), null);
    }

    private static Settlement stopped(Claim claim, Why why, Duration took) {
        if (why == Why.CANCELLED) {
            Attempt attempt = new Attempt(Outcome.STOPPED, GONE, STOPPED, false, took);
            return Settlement.ended(claim, TaskState.CANCELLED, attempt);
        }
        Attempt attempt = new Attempt(Outcome.INTERRUPTED, GATEWAY_TIMEOUT, STOPPED, false, took);
        return Settlement.again(claim, attempt, Duration.ZERO);
    }

    /** @param asked how long the receiver asks to be left alone, or null */
    private Settlement againOrFailed(Claim claim, Attempt attempt, Duration asked) {
        Duration age = claim.age().plus(attempt.took());
        Optional<Duration> pause = settings.pause(claim.countedAttempt(), age, asked, random);
        if (pause.isEmpty()) {
            PushLog.LOG.givenUp(claim.clientId(), claim.client(), claim.countedAttempt(), attempt.code());
            return Settlement.ended(claim, TaskState.FAILED, attempt);
        }
        return Settlement.again(claim, attempt, pause.get());
    }
}

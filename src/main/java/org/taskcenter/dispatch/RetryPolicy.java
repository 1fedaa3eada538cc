package org.taskcenter.dispatch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When to try again: exponential back-off with full jitter, within a number of attempts and a deadline.
 *
 * @param maxAttempts from 1
 * @param minBackoff the first pause is between nothing and this
 * @param maxBackoff the most a pause grows to
 * @param deadline how long after the task was first due the last attempt may begin
 */
public record RetryPolicy(int maxAttempts, Duration minBackoff, Duration maxBackoff, Duration deadline) {
    /**
     * The pause before the next attempt, or nothing where there is to be none.
     *
     * @param attempt how many attempts have counted so far, from 1
     * @param age how long ago the task was first due
     * @param asked how long the other side asked to be left alone, or null; a pause is not shorter than that, nor longer than
     *     the deadline allows
     * @param random a number from 0 to 1
     */
    public Optional<Duration> pause(int attempt, Duration age, Duration asked, DoubleSupplier random) {
        if (attempt >= maxAttempts) {
            return Optional.empty();
        }
        double grown = minBackoff.toMillis() * Math.pow(2, attempt - 1);
        double cap = Math.min(maxBackoff.toMillis(), grown);
        Duration pause = Duration.ofMillis((long) (cap * random.getAsDouble()));
        if (asked != null && asked.compareTo(pause) > 0) {
            pause = asked;
        }
        return pause.compareTo(deadline.minus(age)) > 0 ? Optional.empty() : Optional.of(pause);
    }
}

package org.taskcenter.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * How results are pushed.
 *
 * @param timeout for one try, from the connection to the end of the answer
 * @param pauses the longest pause after each try, from the first; the last one counts for all that follow
 * @param patience how long after the end of its task a result is pushed for the last time
 */
public record PushSettings(Duration timeout, List<Duration> pauses, Duration patience) {
    /**
     * The pause before the next try, or nothing where there is to be none: anything up to the longest one, so that tries of
     * many results spread.
     *
     * @param tries how many there have been, from 1
     * @param age how long ago the task ended
     * @param asked how long the receiver asks to be left alone, or null; heeded as far as the longest of all pauses
     * @param random a number from 0 to 1
     */
    public Optional<Duration> pause(int tries, Duration age, Duration asked, DoubleSupplier random) {
        Duration longest = pauses.get(Math.min(tries, pauses.size()) - 1);
        Duration pause = Duration.ofMillis((long) (longest.toMillis() * random.getAsDouble()));
        if (asked != null && asked.compareTo(pause) > 0) {
            Duration cap = pauses.get(pauses.size() - 1);
            pause = asked.compareTo(cap) < 0 ? asked : cap;
        }
        return pause.compareTo(patience.minus(age)) > 0 ? Optional.empty() : Optional.of(pause);
    }
}

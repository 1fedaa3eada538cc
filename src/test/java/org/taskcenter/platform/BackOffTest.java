package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a channel that fails is left alone, by a clock that the test turns. */
class BackOffTest {
    private static final Duration MOST = Duration.ofMinutes(10);
    private long now = Long.MAX_VALUE - 1_000;
    private final BackOff backOff = new BackOff(Duration.ofSeconds(15), MOST, () -> now);

    @Test
    void eachFailureDoublesThePauseUpToTheLongest() {
        for (long seconds : new long[] {15, 30, 60, 120, 240, 480, 600, 600, 600}) {
            backOff.failed(1, null);
            assertPause(seconds);
        }
    }

    @Test
    void aSuccessEndsIt() {
        backOff.failed(1, null);
        backOff.failed(1, null);
        assertThat(backOff.failures()).containsEntry(1L, 2);
        backOff.succeeded(1);
        assertThat(backOff.isBackingOff(1)).isFalse();
        assertThat(backOff.failures()).isEmpty();
        backOff.failed(1, null);
        assertPause(15);
    }

    @Test
    void aChannelMayAskForMoreButNotForEver() {
        backOff.failed(1, Duration.ofSeconds(90));
        assertPause(90);
        backOff.failed(1, Duration.ofSeconds(1));
        assertPause(30);
        backOff.failed(1, Duration.ofDays(1));
        assertPause(MOST.toSeconds());
    }

    @Test
    void othersGoOn() {
        backOff.failed(1, null);
        assertThat(backOff.isBackingOff(2)).isFalse();
    }

    /** Afterwards it is over. */
    private void assertPause(long seconds) {
        now += Duration.ofSeconds(seconds).toNanos() - 1;
        assertThat(backOff.isBackingOff(1)).isTrue();
        now++;
        assertThat(backOff.isBackingOff(1)).isFalse();
    }
}

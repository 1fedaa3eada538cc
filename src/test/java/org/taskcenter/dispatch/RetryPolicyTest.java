package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final Duration DAY = Duration.ofDays(1);
    private final RetryPolicy policy = new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(300), DAY);

    @Test
    void pausesGrowUpToTheirMost() {
        RetryPolicy patient = new RetryPolicy(50, Duration.ofSeconds(1), Duration.ofSeconds(10), DAY);
        assertThat(longest(patient, 1)).hasSeconds(1);
        assertThat(longest(patient, 2)).hasSeconds(2);
        assertThat(longest(patient, 4)).hasSeconds(8);
        assertThat(longest(patient, 5)).hasSeconds(10);
        assertThat(longest(patient, 49)).hasSeconds(10);
    }

    @Test
    void jitterIsFull() {
        assertThat(policy.pause(3, Duration.ZERO, null, () -> 0)).contains(Duration.ZERO);
        assertThat(policy.pause(3, Duration.ZERO, null, () -> 0.5)).contains(Duration.ofSeconds(2));
    }

    @Test
    void endsWithTheLastAttempt() {
        assertThat(policy.pause(4, Duration.ZERO, null, () -> 0)).isPresent();
        assertThat(policy.pause(5, Duration.ZERO, null, () -> 0)).isEmpty();
        assertThat(policy.pause(6, Duration.ZERO, null, () -> 0)).isEmpty();
        assertThat(new RetryPolicy(1, Duration.ZERO, Duration.ZERO, DAY).pause(1, Duration.ZERO, null, () -> 0))
                .isEmpty();
    }

    @Test
    void leavesTheOtherSideAloneForAsLongAsItAsks() {
        assertThat(policy.pause(1, Duration.ZERO, Duration.ofSeconds(700), () -> 1))
                .contains(Duration.ofSeconds(700));
        assertThat(policy.pause(3, Duration.ZERO, Duration.ofSeconds(1), () -> 1))
                .contains(Duration.ofSeconds(4));
    }

    @Test
    void beginsNothingAfterTheDeadline() {
        assertThat(policy.pause(1, DAY.minusSeconds(1), null, () -> 1)).isPresent();
        assertThat(policy.pause(1, DAY, null, () -> 1)).isEmpty();
        assertThat(policy.pause(1, Duration.ZERO, DAY.plusSeconds(1), () -> 0)).isEmpty();
        assertThat(policy.pause(1, Duration.ZERO, DAY, () -> 0)).contains(DAY);
    }

    @Test
    void survivesEnormousNumbers() {
        RetryPolicy enormous = new RetryPolicy(Integer.MAX_VALUE, Duration.ofDays(300), Duration.ofDays(300), DAY);
        assertThat(enormous.pause(Integer.MAX_VALUE - 1, Duration.ZERO, null, () -> 0))
                .contains(Duration.ZERO);
        assertThat(enormous.pause(2_000, Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE / 2), () -> 1))
                .isEmpty();
        assertThat(enormous.pause(1, Duration.ofSeconds(5), Duration.ofSeconds(Long.MAX_VALUE), () -> 1))
                .isEmpty();
    }

    private static Duration longest(RetryPolicy policy, int attempt) {
        return policy.pause(attempt, Duration.ZERO, null, () -> 1).orElseThrow();
    }
}

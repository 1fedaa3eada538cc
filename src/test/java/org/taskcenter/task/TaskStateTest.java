package org.taskcenter.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStateTest {
    @Test
    void aWaitingTaskIsClaimedOrEnded() {
        assertThat(next(TaskState.WAITING)).isEqualTo(EnumSet.complementOf(EnumSet.of(TaskState.WAITING)));
    }

    @Test
    void aRunningTaskBecomesAnythingElse() {
        assertThat(next(TaskState.RUNNING)).isEqualTo(EnumSet.complementOf(EnumSet.of(TaskState.RUNNING)));
    }

    @ParameterizedTest
    @EnumSource
    void anEndedTaskNeverChanges(TaskState state) {
        assertThat(next(state).isEmpty()).isEqualTo(state.isEnded());
    }

    @ParameterizedTest
    @EnumSource
    void isKnownByItsWord(TaskState state) {
        assertThat(TaskState.of(state.word())).isEqualTo(state);
    }

    @Test
    void knowsNoOtherWord() {
        assertThatThrownBy(() -> TaskState.of("Waiting")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSettlementGoesWhereARunningTaskMayGo() {
        Claim claim = new Claim(1, "call", "a", "1", 1, 0, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO);
        assertThatThrownBy(() -> Settlement.ended(claim, TaskState.RUNNING, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Set<TaskState> next(TaskState state) {
        return Arrays.stream(TaskState.values())
                .filter(state::mayBecome)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(TaskState.class)));
    }
}

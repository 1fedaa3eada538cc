package org.taskcenter.api.centre;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterTest {
    @Test
    void whoseOutcomeNobodyTellsHearsNoSuccess() {
        assertThat(Counter.untold("task_1").status()).isEqualTo(504);
        assertThat(Counter.untold("task_1").message()).contains("task_1");
        assertThat(Counter.untold(null).message()).doesNotContain("null").contains("/api/task/self");
    }
}

package org.taskcenter.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlowBodiesTest {
    @Test
    void leavesSomeToTheOthers() {
        SlowBodies slow = new SlowBodies(3, 2);

        assertThat(slow.enter("a")).isTrue();
        assertThat(slow.enter("a")).isTrue();
        assertThat(slow.enter("a")).as("more of one than it may have").isFalse();
        assertThat(slow.enter("b")).isTrue();
        assertThat(slow.enter("c")).as("more in all").isFalse();

        slow.leave("a");
        assertThat(slow.enter("c")).isTrue();
        assertThat(slow.enter("a")).isFalse();
    }
}

package org.taskcenter.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private final Traffic traffic = new Traffic();

    @Test
    void whoIsInsideIsWaitedFor() throws InterruptedException {
        traffic.enter();
        assertThat(traffic.awaitEmpty(Duration.ofMillis(1))).isFalse();
        CompletableFuture.runAsync(traffic::leave);
        assertThat(traffic.awaitEmpty(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void othersMayEnterAfterwards() throws InterruptedException {
        assertThat(traffic.awaitEmpty(Duration.ZERO)).isTrue();
        traffic.enter();
        assertThat(traffic.awaitEmpty(Duration.ZERO)).isFalse();
    }
}

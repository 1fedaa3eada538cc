package org.taskcenter.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final ClientAddress HERE = address(1);
    private static final ClientAddress THERE = address(2);
    private final AtomicLong nanos = new AtomicLong();
    private final Throttle throttle = new Throttle(nanos::get);

    @Test
    void aBurstIsAllowedAndThenOneASecond() {
        exhaust(HERE);
        assertThat(throttle.mayTry(HERE)).isFalse();
        pass(Duration.ofMillis(999));
        assertThat(throttle.mayTry(HERE)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(throttle.mayTry(HERE)).isTrue();
        assertThat(throttle.mayTry(HERE)).isFalse();
        pass(Duration.ofDays(1));
        exhaust(HERE);
        assertThat(throttle.mayTry(HERE)).isFalse();
    }

    @Test
    void othersAreNotConcerned() {
        exhaust(HERE);
        assertThat(throttle.mayTry(THERE)).isTrue();
    }

    @Test
    void rightTokensCostNothing() {
        for (int i = 0; i < 10 * Throttle.BURST; i++) {
            assertThat(throttle.mayTry(HERE)).isTrue();
            throttle.right("hash" + i, HERE);
        }
    }

    @Test
    void whatWasRightFromThereIsLetThrough() {
        throttle.mayTry(HERE);
        throttle.right("hash", HERE);
        exhaust(HERE);
        assertThat(throttle.isFamiliar("hash", HERE)).isTrue();
        assertThat(throttle.isFamiliar("other", HERE)).isFalse();
        assertThat(throttle.isFamiliar("hash", THERE)).isFalse();
        throttle.wrong("hash", HERE);
        assertThat(throttle.isFamiliar("hash", HERE)).isFalse();
    }

    @Test
    void manyPlacesTakeNoMoreMemoryThanSome() {
        for (int i = 0; i < 3 * Throttle.MOST_PLACES; i++) {
            throttle.mayTry(address(i));
        }
        assertThat(throttle.places()).isEqualTo(Throttle.MOST_PLACES);
        assertThat(throttle.mayTry(address(-1))).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(throttle.mayTry(address(-1))).isTrue();
        assertThat(throttle.places()).isEqualTo(1);
    }

    private void exhaust(ClientAddress from) {
        for (int i = 0; i < Throttle.BURST; i++) {
            assertThat(throttle.mayTry(from)).isTrue();
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static ClientAddress address(int number) {
        return new ClientAddress(ByteBuffer.allocate(4).putInt(number).array(), false);
    }
}

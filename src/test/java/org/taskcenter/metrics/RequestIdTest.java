package org.taskcenter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "6fd2a3c4-03e8-4b3e-9d6c-1f0c6a7d8e9f", "order_4711.retry-2", "0"})
    void harmlessOnesAreKept(String id) {
        assertThat(RequestId.isHarmless(id)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", " ", "a b", "a\r\nX: y", "a\nTC00001", "a\0", "<b>", "${jndi:x}", "\u00e4", "a;b", "a\u2028"
            })
    void othersAreNot(String id) {
        assertThat(RequestId.isHarmless(id)).isFalse();
    }

    @Test
    void longOnesAreNotKept() {
        assertThat(RequestId.isHarmless("x".repeat(64))).isTrue();
        assertThat(RequestId.isHarmless("x".repeat(65))).isFalse();
    }
}

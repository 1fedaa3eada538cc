package org.taskcenter.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {
    @Test
    void isTheSameForTheSameCall() {
        assertThat(IdempotencyKey.of("shop", "1", 1)).isEqualTo(IdempotencyKey.of("shop", "1", 1));
    }

    @Test
    void isAnotherForAnotherCall() {
        assertThat(IdempotencyKey.of("ab", "c", 1)).isNotEqualTo(IdempotencyKey.of("a", "bc", 1));
        assertThat(IdempotencyKey.of("a:", "b", 1)).isNotEqualTo(IdempotencyKey.of("a", ":b", 1));
        assertThat(IdempotencyKey.of("shop", "1", 2)).isNotEqualTo(IdempotencyKey.of("shop", "1", 1));
    }

    @Test
    void fitsIntoAHeaderWhateverTheIdHolds() {
        assertThat(IdempotencyKey.of("日本", "a\r\nb", 3)).matches("[A-Za-z0-9_-]{24}-3");
    }
}

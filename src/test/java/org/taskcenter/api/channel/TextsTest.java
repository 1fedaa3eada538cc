package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void charactersAreCountedAndNotTheirHalves() {
        String smile = "\ud83d\ude00";
        assertThat(Texts.isText(smile.repeat(255))).isTrue();
        assertThat(Texts.isText(smile.repeat(256))).isFalse();
        assertThat(Texts.isText("x".repeat(255))).isTrue();
        assertThat(Texts.isText("x".repeat(256))).isFalse();
        assertThat(Texts.isText("\ud83d")).isFalse();
        assertThat(Texts.isText("")).isFalse();
    }
}

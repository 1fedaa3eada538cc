package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTextTest {
    @Test
    void readsUtf8WhereNothingIsDeclared() {
        assertThat(AnswerText.of(utf8("日本語 ü 🎵\n\t\r"), null, false)).isEqualTo("日本語 ü 🎵\n\t\r");
        assertThat(AnswerText.of(new byte[0], null, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    text/xml; charset=Shift_JIS          | Shift_JIS
                    text/xml;charset="shift_jis"         | Shift_JIS
                    text/xml; CHARSET='EUC-JP'; x=y      | EUC-JP
                    text/xml ; charset = GBK             | GBK
                    text/html; charset=utf-16            | UTF-16
                    text/html; a; charset=UTF-16LE       | UTF-16LE
                    application/json                     | UTF-8
                    application/json; charset=utf8       | UTF-8
                    application/json; charset=           | UTF-8
                    application/json; charset=no-such    | UTF-8
                    application/json; charset=?!         | UTF-8
                    ;;;===                               | UTF-8
                    """)
    void readsTheDeclaredCharset(String contentType, String charset) {
        byte[] body = "日本語 text".getBytes(Charset.forName(charset));
        assertThat(AnswerText.of(body, contentType, false)).isEqualTo("日本語 text");
    }

    @Test
    void replacesWhatCannotBeDecoded() {
        assertThat(AnswerText.of(new byte[] {'a', (byte) 0xFF, 'b', (byte) 0xE3, (byte) 0x81}, null, false))
                .isEqualTo("a\uFFFDb\uFFFD");
        assertThat(AnswerText.of(new byte[] {'a', (byte) 0x80, 'b'}, "text/plain; charset=us-ascii", false))
                .isEqualTo("a\uFFFDb");
        assertThat(AnswerText.of(new byte[] {(byte) 0x81}, "text/plain; charset=shift_jis", false))
                .isEqualTo("\uFFFD");
        assertThat(AnswerText.of(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, null, false))
                .doesNotContain("\uD800")
                .contains("\uFFFD");
    }

    @Test
    void replacesWhatCannotBeStored() {
        assertThat(AnswerText.of(utf8("a\0b\0"), null, false)).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(AnswerText.of(new byte[] {(byte) 0xD8, 0, 0, 'a'}, "x/y; charset=UTF-16BE", false))
                .isEqualTo("\uFFFD");
        assertThat(AnswerText.storable("a\uD800b\uDC00c\uD800\uD800\uDC00\uDC00\uD83C\uDFB5\uD800"))
                .isEqualTo("a\uFFFDb\uFFFDc\uFFFD\uD800\uDC00\uFFFD\uD83C\uDFB5\uFFFD");
        String fine = "fine";
        assertThat(AnswerText.storable(fine)).isSameAs(fine);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"UTF-8", "Shift_JIS", "EUC-JP", "GB18030", "UTF-16BE", "UTF-16", "ISO-2022-JP", "ISO-8859-1"})
    void dropsHalfACharacterWhereItWasCut(String charset) {
        String text = charset.equals("ISO-8859-1")
                ? "aüb"
                : charset.startsWith("GB") || charset.startsWith("UTF") ? "a日ü🎵b" : "a日本b";
        byte[] whole = text.getBytes(Charset.forName(charset));
        for (int length = 0; length <= whole.length; length++) {
            String cut = AnswerText.of(Arrays.copyOf(whole, length), "x/y; charset=" + charset, true);
            assertThat(text).startsWith(cut);
            assertThat(cut).doesNotContain("\uFFFD");
        }
    }

    @Test
    void keepsWholeAndBrokenCharactersWhereItWasCut() {
        assertThat(AnswerText.of(utf8("aü"), null, true)).isEqualTo("aü");
        assertThat(AnswerText.of(utf8("a🎵"), null, true)).isEqualTo("a🎵");
        assertThat(AnswerText.of(new byte[] {'a', (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80}, null, true))
                .startsWith("a\uFFFD");
        assertThat(AnswerText.of(new byte[] {'a', (byte) 0xC3}, null, false)).isEqualTo("a\uFFFD");
    }

    @Test
    void anyBytesInAnyCharsetBecomeStorable() {
        byte[] all = new byte[512];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i * 7 + i / 256);
        }
        for (Charset charset : Charset.availableCharsets().values()) {
            for (boolean cut : new boolean[] {false, true}) {
                String text = AnswerText.of(all, "x/y; charset=" + charset.name(), cut);
                assertThat(text).doesNotContain("\0");
                assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                        .isEqualTo(text);
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

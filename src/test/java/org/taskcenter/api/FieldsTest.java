package org.taskcenter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    @Test
    void nullIsAbsentAndWhatNobodyAsksForIsIgnored() throws IOException {
        Fields fields = fields("{'a':null,'else':[{}]}");
        assertThat(fields.text("a")).isEmpty();
        assertThat(fields.number("a")).isEmpty();
        assertThat(fields.flag("a")).isEmpty();
        assertThat(fields.names("a")).isEmpty();
        assertThat(fields.url("a")).isEmpty();
        assertThat(fields.time("a")).isEmpty();
    }

    @Test
    void numbersAndFlagsMayComeAsText() throws IOException {
        Fields fields = fields("{'n':'12','m':12,'t':'true','f':false,'text':5}");
        assertThat(fields.number("n")).hasValue(12);
        assertThat(fields.number("m")).hasValue(12);
        assertThat(fields.flag("t")).contains(true);
        assertThat(fields.flag("f")).contains(false);
        assertThat(fields.text("text")).contains("5");
    }

    @Test
    void aBlankableTextIsAsLongAsItMayBe() throws IOException {
        String longest = "x".repeat(300);
        assertThat(fields("{'a':'" + longest + "'}").blankableText("a", 300)).contains(longest);
        assertThat(fields("{'a':''}").blankableText("a", 300)).contains("");
        refusesField("'" + longest + "x'", fields -> fields.blankableText("a", 300));
    }

    @Test
    void namesComeInTheirOrderOnceEach() throws IOException {
        assertThat(fields("{'a':['x','y','x']}").names("a").orElseThrow()).containsExactly("x", "y");
        assertThat(fields("{'a':'x'}").names("a").orElseThrow()).containsExactly("x");
        assertThat(fields("{'a':[]}").names("a").orElseThrow()).isEmpty();
    }

    @Test
    void timesAreOfAnyZone() throws IOException {
        assertThat(fields("{'a':'2030-01-01T01:00:00+01:00'}").time("a"))
                .contains(Instant.parse("2030-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://x", "https://example.org/a?b=c", "HTTP://x:8080/", ""})
    void urls(String url) throws IOException {
        assertThat(fields("{'a':'" + url + "'}").url("a")).contains(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "'a\\u0000'", "'a\\n'", "'\\u0085'", "[]", "{}", "true"})
    void whatIsNoText(String json) {
        refusesField(json, fields -> fields.text("a"));
    }

    @Test
    void whatIsNotInTheEncodingItSeemsToHave() {
        byte[] utf32 = {0, 0, 0, '{', (byte) 0x90, 0x7F, (byte) 0x80, 0x22};

        Refused refused = catchThrowableOfType(Refused.class, () -> Fields.read(utf32));

        assertThat(refused.status()).isEqualTo(400);
    }

    @Test
    void aTextHas255CharactersAtMost() throws IOException {
        assertThat(fields("{'a':'" + "x".repeat(255) + "'}").text("a")).isPresent();
        refusesField("'" + "x".repeat(256) + "'", fields -> fields.text("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1.5",
                "1e3",
                "'x'",
                "''",
                "[]",
                "true",
                "9007199254740992",
                "99999999999999999999",
                "1e999999999"
            })
    void whatIsNoNumber(String json) {
        refusesField(json, fields -> fields.number("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "101", "'101'", "9007199254740992"})
    void aNumberOutOfItsRangeIsToldTheRange(String json) throws IOException {
        Fields fields = fields("{'a':" + json + "}");
        Refused refused = catchThrowableOfType(Refused.class, () -> fields.number("a", 1, 100));
        assertThat(refused).hasMessage("a must be from 1 to 100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'yes'", "''", "[]", "[true]"})
    void whatIsNoFlag(String json) {
        refusesField(json, fields -> fields.flag("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[null]", "[[]]", "['']", "true"})
    void whatAreNoNames(String json) {
        refusesField(json, fields -> fields.names("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'ftp://x'",
                "'x'",
                "'http://'",
                "'//x'",
                "'http://u:p@x/'",
                "'http://x y'",
                "'http://x/\\n'",
                "5",
                "[]"
            })
    void whatIsNoUrl(String json) {
        refusesField(json, fields -> fields.url("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'tomorrow'", "'2030-01-01'", "5", "[]", "'+10000-01-01T00:00:00Z'", "'-0001-12-31T00:00:00Z'"})
    void whatIsNoTime(String json) {
        refusesField(json, fields -> fields.time("a"));
    }

    @Test
    void whatIsRequiredMustBeThere() {
        refuses(400, "a is required", () -> fields("{}").requiredText("a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|must be a JSON object",
                "[]|must be a JSON object",
                "5|must be a JSON object",
                "{|is not JSON",
                "{} {}|is not JSON",
                "{'a':}|is not JSON"
            })
    void theBodyIsOneJsonObject(String body, String words) {
        refuses(400, words, () -> fields(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'a':'\\ud800'}",
                "{'a':'\\udc00x'}",
                "{'a':'\\ud800\\ud800\\udc00'}",
                "{'a':[{'b':['\\ud800x']}]}"
            })
    void halfACharacterIsRefusedWhereverItStands(String body) {
        refuses(400, "holds half of a character", () -> fields(body));
    }

    @Test
    void aWholePairIsACharacter() throws IOException {
        assertThat(fields("{'a\\ud83d\\ude00':'b','a':'\\ud83d\\ude00'}").text("a"))
                .contains("\ud83d\ude00");
    }

    /** The parser makes two halves of it. */
    @Test
    void whatIsBeyondTheLastCharacterIsRefusedInNamesToo() {
        byte[] body = {'{', '"', (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"', ':', '1', '}'};
        refuses(400, "holds half of a character", () -> Fields.read(body));
    }

    @Test
    void whatIsNestedForEverIsRefused() {
        refuses(400, "is not JSON", () -> fields("{'a':" + "[".repeat(100_000)));
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        refuses(400, "is not JSON", () -> Fields.read(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}));
    }

    @Test
    void aLargeBodyIsRefused() {
        byte[] large = " ".repeat(Fields.LARGEST_BODY + 1).getBytes(StandardCharsets.UTF_8);
        refuses(413, "larger than", () -> Fields.read(new ByteArrayInputStream(large)));
    }

    private static void refusesField(String json, Consumer<Fields> reading) {
        refuses(400, "a ", () -> reading.accept(fields("{'a':" + json + "}")));
    }

    private static void refuses(int status, String words, Reading reading) {
        Refused refused = catchThrowableOfType(Refused.class, reading::read);
        assertThat(refused).isNotNull();
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused).hasMessageContaining(words);
    }

    private static Fields fields(String json) throws IOException {
        return Fields.read(new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    private interface Reading {
        void read() throws IOException;
    }
}

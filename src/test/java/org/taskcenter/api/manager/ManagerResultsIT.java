package org.taskcenter.api.manager;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.CENTRE;
import static org.taskcenter.api.manager.Stage.OK;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.assertEnd;
import static org.taskcenter.api.manager.Stage.end;
import static org.taskcenter.api.manager.Stage.inner;
import static org.taskcenter.api.manager.Stage.requests;
import static org.taskcenter.api.manager.Stage.retry;
import static org.taskcenter.api.manager.Stage.run;
import static org.taskcenter.api.manager.Stage.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.testing.Answer;

/** What becomes of the answers of targets: the end of a task and its result. */
class ManagerResultsIT {
    private static final int MEBIBYTE = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({
        "200,finish",
        "204,finish",
        "299,finish",
        "301,finish",
        "302,finish",
        "304,finish",
        "307,finish",
        "400,error",
        "401,error",
        "404,error",
        "409,error",
        "410,error",
        "499,error"
    })
    void endsWithTheAnswer(int code, String status) {
        ObjectNode task = task(
                "POST",
                Answer.of(code, code == 204 || code == 304 ? "" : "said")
                        .header("Location", TARGET.uri("/elsewhere").toString()));

        JsonNode line = run(task);

        assertEnd(line, status, code);
        assertThat(requests(task)).isOne();
        assertThat(TARGET.requests("/elsewhere")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ISO-8859-1, text/plain; charset=ISO-8859-1",
        "Shift_JIS, text/xml;charset=\"Shift_JIS\"",
        "UTF-8, application/xml; charset=utf-8",
        "UTF-8, application/octet-stream",
        "UTF-8, text/plain; charset=x-nobody-knows",
        "UTF-8, nonsense"
    })
    void readsTheAnswerInItsCharset(String charset, String type) {
        String text = charset.equals("ISO-8859-1") ? "é\r\n<a/>" : "日本\r\n<a/>";
        ObjectNode task = task(
                "GET", Answer.of(200, text.getBytes(Charset.forName(charset))).header("Content-Type", type));

        assertThat(run(task).at("/result/body").textValue()).isEqualTo(text);
    }

    @Test
    void replacesWhatCannotBeReadOrKept() {
        byte[] body = "a\u0000b\u00ffc".getBytes(ISO_8859_1);

        JsonNode line = run(task("GET", Answer.of(200, body)));

        assertThat(line.at("/result/body").textValue()).isEqualTo("a\uFFFDb\uFFFDc");
        assertThat(line.at("/result/truncated").isMissingNode()).isTrue();
    }

    @Test
    void keepsOneMebibyteAndCutsTheRest() {
        JsonNode whole = run(task("GET", Answer.large(MEBIBYTE)));
        assertThat(whole.at("/result/body").textValue()).hasSize(MEBIBYTE);
        assertThat(whole.at("/result/truncated").isMissingNode()).isTrue();

        JsonNode cut = run(task("GET", Answer.large(MEBIBYTE + 1)));
        assertThat(cut.at("/result/body").textValue()).hasSize(MEBIBYTE);
        assertThat(cut.at("/result/truncated").booleanValue()).isTrue();
        assertEnd(cut, "finish", 200);
    }

    @Test
    @Execution(CONCURRENT)
    void outlivesHostileAnswers() {
        ObjectNode large = task("GET", Answer.large(50_000_000));
        ObjectNode endless = task("GET", Answer.endless());
        ObjectNode tooLittle = task("GET", OK.claiming(1_000).then(Answer.Then.CLOSE));
        ObjectNode stalls = task("GET", OK.claiming(1_000).then(Answer.Then.STALL));
        ObjectNode nothing = task("GET", Answer.nothing());
        ObjectNode noHttp = task("GET", Answer.raw("SSH-2.0-nonsense\r\n".getBytes(UTF_8)));
        ObjectNode reset = task("GET", OK.claiming(1_000).then(Answer.Then.RESET));
        ObjectNode tooMuch = task("GET", OK.claiming(1));
        ObjectNode good = task("GET", OK);
        List<ObjectNode> all = List.of(large, endless, tooLittle, stalls, nothing, noHttp, reset, tooMuch, good);
        all.forEach(task -> inner(task).put("timeout", 3));
        all.forEach(task -> retry(task).put("max_attempts", 2));

        ACME.add(all);

        assertEnd(end(good), "finish", 200);
        assertEnd(end(large), "finish", 200);
        assertThat(end(large).at("/result/truncated").booleanValue()).isTrue();
        assertEnd(end(endless), "finish", 200);
        assertThat(end(endless).at("/result/truncated").booleanValue()).isTrue();
        assertEnd(end(tooLittle), "error", 502);
        assertEnd(end(stalls), "error", 504);
        assertEnd(end(nothing), "error", 502);
        assertEnd(end(noHttp), "error", 502);
        assertEnd(end(reset), "error", 502);
        assertThat(end(tooMuch).at("/result").isObject()).isTrue();
        assertEnd(run(task("GET", OK)), "finish", 200);
        assertThat(CENTRE.health("ready")).isEqualTo(200);
        assertThat(CENTRE.health("started")).isEqualTo(200);
    }
}

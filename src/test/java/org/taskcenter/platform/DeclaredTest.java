package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Role;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Header;
import org.taskcenter.gate.Request;
import org.taskcenter.store.Database;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;
import org.taskcenter.upstream.Declarations;
import org.taskcenter.upstream.Upstream;

/** A platform that asks after many tasks at a time, declared as the operator's manual has it. */
class DeclaredTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Upstream CHANNEL =
            new Upstream(1, "c", "upscaler", "https://up.example/base", 0, 1, Map.of(), 1, 24, true, false);
    private static final String DECLARATION = """
            {"submit":   {"method": "POST", "path": "/v1/${action}", "body": {"image": "${body.image}", "by": "us"}},
             "fetch":    {"method": "POST", "path": "/v1/states", "body": {"ids": "${ids}"}},
             "headers":  {"Authorization": "Bearer ${key}", "X-By": "us"},
             "pointers": {"id": "/job/id", "items": "/jobs", "item_id": "/id", "status": "/state", "progress": "/percent",
                          "fail_reason": "/error", "data": "/result", "start_time": "/begun", "finish_time": "/ended"},
             "words":    {"waiting": "QUEUED", "working": "IN_PROGRESS", "done": "SUCCESS", "broken": "FAILURE"},
             "actions":  ["upscale"]}""";

    private Platform upscaler;

    @BeforeEach
    void declare() throws SQLException, IOException {
        new Migration(Pool.h2Settings("declared")).run();
        Declarations declarations = new Declarations(new Database(Pool.h2("declared", 1)));
        Actor ann = new Actor(new Caller(1, "ann", Role.ADMIN, Set.of(), Set.of()), "192.0.2.1", "r1");
        declarations.put(ann, "upscaler", JSON.readTree(DECLARATION));
        upscaler = new KnownPlatforms(declarations, Duration.ofSeconds(150))
                .find("upscaler")
                .orElseThrow();
    }

    @Test
    void itIsSubmittedAndAskedAfterAsDeclared() throws IOException {
        Request submission = upscaler.submission(
                CHANNEL, "sk-1", "upscale", (ObjectNode) JSON.readTree("{\"image\":{\"url\":\"u\"},\"secret\":1}"));
        assertThat(submission.uri()).isEqualTo(URI.create("https://up.example/base/v1/upscale"));
        assertThat(JSON.readTree(submission.body()))
                .isEqualTo(JSON.readTree("{\"image\":{\"url\":\"u\"},\"by\":\"us\"}"));
        assertThat(submission.headers()).contains(new Header("Authorization", "Bearer sk-1"));
        assertThat(upscaler.reply(answer("{\"job\":{\"id\":17}}"))).isEqualTo(new Reply.Taken("17"));

        assertThat(upscaler.mostIds()).isEqualTo(100);
        Request poll = upscaler.poll(CHANNEL, "sk-1", List.of("17", "18"));
        assertThat(poll.uri()).isEqualTo(URI.create("https://up.example/base/v1/states"));
        assertThat(JSON.readTree(poll.body())).isEqualTo(JSON.readTree("{\"ids\":[\"17\",\"18\"]}"));
    }

    @Test
    void withoutAKeyNoHeaderThatHoldsItIsSent() {
        assertThat(upscaler.poll(CHANNEL, "", List.of("17")).headers())
                .extracting(Header::name)
                .containsExactlyInAnyOrder("X-By", "Content-Type", "Accept");
    }

    @Test
    void eachItemIsReadByItsPointers() throws Exception {
        List<State> states = upscaler.states(answer("""
                        {"jobs": [
                          {"id": 17, "state": "working", "percent": 12.7, "begun": 1700000000},
                          {"state": "done"},
                          "nonsense",
                          {"id": "18", "state": "done", "result": [{"url": "u"}], "begun": "1700000000", "ended": 1700000009000},
                          {"id": "19", "state": "broken", "error": "no such image", "ended": 1700000010},
                          {"id": "20", "state": "dancing"}]}"""), List.of("17", "18", "19", "20"));
        assertThat(states)
                .containsExactly(
                        new State("17", Status.IN_PROGRESS, "12%", "", 1_700_000_000, 0, null, false),
                        new State(
                                "18",
                                Status.SUCCESS,
                                null,
                                "",
                                1_700_000_000,
                                1_700_000_009,
                                "[{\"url\":\"u\"}]",
                                false),
                        new State("19", Status.FAILURE, null, "no such image", 0, 1_700_000_010, null, false),
                        new State("20", Status.UNKNOWN, null, "", 0, 0, null, false));
    }

    @Test
    void anAnswerWithoutItemsSaysNothing() throws Exception {
        for (String body : List.of("{\"jobs\":{}}", "{}", "[]", "<html>")) {
            assertThatExceptionOfType(UnreadableAnswer.class)
                    .as(body)
                    .isThrownBy(() -> upscaler.states(answer(body), List.of("17")));
        }
        assertThat(upscaler.states(answer("{\"jobs\":[]}"), List.of("17"))).isEmpty();
    }

    @Test
    void whyNoTaskIsKnownFromAnAnswerIsTold() {
        assertThat(upscaler.reply(answer("{\"job\":{\"id\":\"" + "x".repeat(256) + "\"}}"))
                        .toString())
                .contains("longer than 255 characters");
        Answer cut = new Answer(200, List.of(), "{\"job\":".getBytes(StandardCharsets.UTF_8), true, Duration.ZERO);
        assertThat(upscaler.reply(cut).toString()).contains("too long to be read");
        assertThat(upscaler.reply(answer("{}")).toString()).contains("names no task");
    }

    @Test
    void dataThatIsTooLongIsTold() throws Exception {
        String data = "{\"text\":\"" + "x".repeat(Words.LONGEST_DATA) + "\"}";
        State state = upscaler.states(
                        answer("{\"jobs\":[{\"id\":\"17\",\"state\":\"done\",\"result\":" + data + "}]}"),
                        List.of("17"))
                .get(0);
        assertThat(state.data()).isNull();
        assertThat(state.dataLost()).isTrue();
    }

    private static Answer answer(String body) {
        return new Answer(200, List.of(), body.getBytes(StandardCharsets.UTF_8), false, Duration.ZERO);
    }
}

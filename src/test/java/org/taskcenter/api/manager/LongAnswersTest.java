package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.parse;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Role;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.CancelledCall.Effect;
import org.taskcenter.call.FoundCall;
import org.taskcenter.call.Page;
import org.taskcenter.task.TaskState;

/** Answers have an end, and all of them together too. */
class LongAnswersTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final int LONGEST = 8 * MEBIBYTE;
    private static final String STATUS =
            "{\"message_type\":\"get_status\",\"parameters\":{\"from\":\"acme\",\"group\":\"g\",\"limit\":1000}}";
    private static final String CANCEL =
            "{\"message_type\":\"cancel_task\",\"parameters\":{\"from\":\"acme\",\"group\":\"g\"}}";

    private final MessagesFixture fixture = new MessagesFixture();

    private Reply ask(String message) {
        return ask(MessagesFixture.CALLER, message);
    }

    private Reply ask(Caller caller, String message) {
        return fixture.messages.handle(caller, message.getBytes(StandardCharsets.UTF_8));
    }

    private void found(int calls, String body) {
        fixture.desk.bytesReadAtOnce = 1024;
        fixture.desk.found = new Page<>(
                5,
                1_000,
                IntStream.range(0, calls)
                        .mapToObj(i -> new CallStatus("acme", "" + i, "g", TaskState.SUCCEEDED, 200, body, false))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "0x78, 1048576, 7",
        "0x78, 1100000, 7",
        "0x78, 1000, 20",
        "0x78, 400000, 20",
        "0x22, 1048576, 3",
        "0x01, 1048576, 1",
        // More than can come, and shown nevertheless.
        "0x01, 2000000, 1"
    })
    void showAsManyAsThereIsRoomFor(int sign, int length, int shown) {
        found(20, Character.toString(sign).repeat(length));

        Reply reply = ask(STATUS);

        JsonNode answer = MessagesFixture.parse(reply.body());
        assertThat(answer.get("count")).isEqualTo(parse("{'from':5,'to':" + (5 + shown) + ",'total':1000}"));
        assertThat(answer.get("results").findValuesAsText("id"))
                .containsExactlyElementsOf(
                        IntStream.range(0, shown).mapToObj(String::valueOf).toList());
        assertThat(reply.body().length).isLessThanOrEqualTo(Math.max(LONGEST, 6 * length + 1_000));
        assertThat(answer.at("/results/0/result/body").textValue()).hasSize(length);
    }

    @Test
    void readNoMoreLongBodiesThanAreShown() {
        found(1_000, "x".repeat(MEBIBYTE));

        ask(STATUS);

        assertThat(fixture.desk.read).hasSize(8).noneMatch(FoundCall::isComplete);
    }

    @Test
    void areNoMoreAtATimeThanThereIsMemoryFor() {
        found(20, "x".repeat(MEBIBYTE));
        Caller other = new Caller(2, "other", Role.USER, MessagesFixture.CALLER.from(), MessagesFixture.CALLER.from());
        List<Reply> unsent = new ArrayList<>();

        Reply last = ask(STATUS);
        while (last.status() == 200 && unsent.size() < 1_000) {
            unsent.add(last);
            last = ask(STATUS);
        }

        assertThat(last.status()).isEqualTo(503);
        assertThat(unsent.size() * 7L * MEBIBYTE).isLessThan(MessagesFixture.MEMORY / 2);
        assertThat(ask(other, STATUS).status()).as("of somebody else").isEqualTo(200);
        assertThat(ask("{\"message_type\":\"get_status\",\"parameters\":{\"from\":\"acme\",\"group\":\"g\","
                                + "\"only_count\":true}}")
                        .status())
                .isEqualTo(200);
        unsent.forEach(reply -> {
            reply.over().run();
            reply.over().run();
        });
        assertThat(ask(STATUS).status()).isEqualTo(200);
    }

    @Test
    void giveTheirMemoryBackWhereTheyFail() {
        found(20, "x".repeat(MEBIBYTE));
        fixture.desk.failure = new IllegalStateException("broken");
        for (int i = 0; i < 20; i++) {
            assertThat(ask(STATUS).status()).isEqualTo(500);
        }
        fixture.desk.failure = null;

        assertThat(ask(STATUS).status()).isEqualTo(200);
    }

    @Test
    void listTheFirstOfManyThatWereCancelled() {
        String id = "x".repeat(250);
        CancelledCall call = new CancelledCall("acme", id, "g", Effect.CANCELLED);
        fixture.desk.cancelled = new Page<>(3, 100_003, List.of(call));
        fixture.desk.portions = 100_000;

        Reply reply = ask(CANCEL);

        JsonNode answer = MessagesFixture.parse(reply.body());
        int listed = answer.get("results").size();
        assertThat(listed).isBetween(20_000, 40_000);
        assertThat(answer.get("count")).isEqualTo(parse("{'from':3,'to':" + (3 + listed) + ",'total':100003}"));
        assertThat(answer.get("results").findValuesAsText("id")).containsOnly(id);
        assertThat(reply.body().length).isLessThan(LONGEST + 1_000);
    }
}

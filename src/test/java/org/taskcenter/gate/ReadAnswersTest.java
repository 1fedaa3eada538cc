package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;
import static org.taskcenter.gate.Gates.request;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.gate.Gates.Started;

/** How much of an answer is read and kept. */
@Timeout(60)
class ReadAnswersTest {
    @RegisterExtension
    final GateStage stage = new GateStage();

    private final Gate gate = stage.gate();

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"})
    void someAnswersHaveNoBody(String bytes) {
        RawServer server = stage.closing(RawServer.answering(bytes));
        for (int i = 0; i < 3; i++) {
            assertThat(answer(gate, get(server.uri("/"))).body()).isEmpty();
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void theAnswerToHeadHasNoBody() {
        RawServer server = stage.closing(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
        for (int i = 0; i < 3; i++) {
            Answer answer = answer(gate, request("HEAD", server.uri("/"), null));
            assertThat(answer.body()).isEmpty();
            assertThat(answer.truncated()).isFalse();
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void redirectsAreAnswersLikeOthers() {
        RawServer server = stage.closing(
                RawServer.answering(
                        "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"));
        assertThat(answer(gate, get(server.uri("/"))).status()).isEqualTo(302);
        answer(gate, get(server.uri("/")));
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().get(1)).doesNotContain("Cookie");
    }

    @Test
    void readsOnlyAsMuchAsIsKept() {
        RawServer server = stage.closing(new RawServer(peer -> {
            for (String request = peer.readRequest(); request != null; request = peer.readRequest()) {
                int length = Integer.parseInt(request.replaceAll("(?s).*/([0-9]+) HTTP.*", "$1"));
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
            }
        }));
        for (int[] sizes : new int[][] {
            {10, 0},
            {10, 9},
            {10, 10},
            {10, 11},
            {0, 0},
            {0, 5},
            {100_000, 99_999},
            {100_000, 100_000},
            {100_000, 100_001},
            {1 << 20, 50_000_000}
        }) {
            Answer answer = answer(
                    gate,
                    new Request("GET", server.uri("/" + sizes[1]), List.of(), null, Duration.ofSeconds(20), sizes[0]));
            assertThat(answer.body())
                    .isEqualTo("x".repeat(Math.min(sizes[0], sizes[1])).getBytes(StandardCharsets.US_ASCII));
            assertThat(answer.truncated()).isEqualTo(sizes[1] > sizes[0]);
        }
    }

    @Test
    void manyLargeBodiesWaitForEachOther() {
        Gate small = withRoomFor(300_000);
        RawServer server = stage.closing(RawServer.answering(RawServer.ok("y".repeat(900_000))));
        List<Started> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(Gates.start(small, get(server.uri("/"))));
        }
        for (Started call : calls) {
            assertThat(((Answer) Gates.await(call.result())).body())
                    .hasSize(900_000)
                    .containsOnly('y');
        }
    }

    @Test
    void aLargeBodyThatIsKeptHoldsUpTheOthersUntilItIsGivenBack() {
        Gate small = withRoomFor(300_000);
        RawServer server = stage.closing(RawServer.answering(RawServer.ok("y".repeat(900_000))));
        AtomicReference<Answer.Room> kept = new AtomicReference<>();
        small.send(get(server.uri("/")), result -> {
            Answer answer = (Answer) result;
            assertThat(answer.room().keep(answer.body().length)).isTrue();
            kept.set(answer.room());
        });
        await().until(() -> kept.get() != null);
        Failure failure = Gates.failure(small, request("GET", server.uri("/"), null, Duration.ofMillis(300)));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
        kept.get().giveBack();
        assertThat(answer(small, get(server.uri("/"))).body()).hasSize(900_000);
    }

    /** A gate with so much room, in bytes, for what is more than a small body. */
    private Gate withRoomFor(int largeBodies) {
        Limits normal = Limits.DEFAULT;
        return stage.closing(Gates.open(
                new Limits(normal.perHost(), normal.total(), 2, 8, normal.connect(), normal.idle(), largeBodies)));
    }
}

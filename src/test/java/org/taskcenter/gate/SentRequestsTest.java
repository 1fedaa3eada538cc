package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.request;
import static org.taskcenter.gate.RawServer.OK;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the gate sends of a request. */
@Timeout(60)
class SentRequestsTest {
    @RegisterExtension
    final GateStage stage = new GateStage();

    private final Gate gate = stage.gate();

    @Test
    void sendsWhatItIsTold() {
        RawServer server = stage.closing(RawServer.answering("HTTP/1.1 201 Created\r\nA: 1\r\na: 2\r\n"
                + "Content-Type: text/plain; charset=ISO-8859-1\r\nContent-Length: 2\r\n\r\n\u00FC!"));
        Request request = new Request(
                "POST",
                server.uri("/a/b?c=d&e#f"),
                List.of(new Header("X-One", "1"), new Header("x-two", "\u00FC"), new Header("X-One", "again")),
                "hällo".getBytes(StandardCharsets.UTF_8),
                Duration.ofSeconds(20),
                100);

        Answer answer = answer(gate, request);

        assertThat(server.requests())
                .containsExactly("POST /a/b?c=d&e HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                        + "\r\nX-One: 1\r\nx-two: \u00FC\r\nX-One: again\r\nUser-Agent: TaskCenter\r\n"
                        + "Content-Length: 6\r\n\r\nh\u00C3\u00A4llo");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers())
                .startsWith(new Header("A", "1"), new Header("a", "2"))
                .hasSize(4);
        assertThat(answer.header("CONTENT-TYPE")).contains("text/plain; charset=ISO-8859-1");
        assertThat(answer.header("Retry-After")).isEmpty();
        assertThat(answer.body()).containsExactly(0xFC, '!');
        assertThat(answer.text()).isEqualTo("ü!");
        assertThat(answer.truncated()).isFalse();
        assertThat(answer.took()).isPositive();
    }

    @Test
    void tellsTheLengthOfABodyWhereOneIsExpected() {
        RawServer server = stage.closing(RawServer.answering(OK));
        answer(gate, request("GET", server.uri("/"), null));
        answer(gate, request("DELETE", server.uri("/"), "x"));
        answer(gate, request("POST", server.uri("/"), null));
        answer(gate, request("PUT", server.uri("/"), ""));
        assertThat(server.requests().get(0)).doesNotContain("Content-Length");
        assertThat(server.requests().get(1)).endsWith("Content-Length: 1\r\n\r\nx");
        assertThat(server.requests().get(2)).endsWith("Content-Length: 0\r\n\r\n");
        assertThat(server.requests().get(3)).endsWith("Content-Length: 0\r\n\r\n");
    }

    @Test
    void sendsAnotherUserAgentWhereOneIsGiven() {
        RawServer server = stage.closing(RawServer.answering(OK));
        List<Header> headers = List.of(new Header("user-agent", "Mine"));
        answer(gate, new Request("GET", server.uri("/"), headers, null, Duration.ofSeconds(20), 10));
        assertThat(server.requests().get(0)).contains("user-agent: Mine").doesNotContain("TaskCenter");
    }

    @Test
    void sendsLargeBodies() {
        RawServer server = stage.closing(RawServer.answering(OK));
        String body = "0123456789".repeat(500_000);
        answer(gate, request("POST", server.uri("/"), body));
        assertThat(server.requests().get(0)).endsWith("\r\n\r\n" + body);
    }
}

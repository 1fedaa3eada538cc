package org.taskcenter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.StubTarget;

class WireTest {

    private final StubTarget target = StubTarget.start();

    @AfterEach
    void close() {
        target.close();
    }

    @Test
    void readsAnswersOfEitherKindOnOneConnection() throws Exception {
        target.on("/length", Answer.of(200, "aXbX" + "y".repeat(100_000)));
        target.on("/chunks", chunks("4\r\nabcX\r\n3;note=1\r\nXdX\r\n0\r\n\r\n"));

        try (Wire wire = new Wire(target.uri("/"))) {
            assertThat(wire.send(request("/chunks"))).isEqualTo(200);
            assertThat(wire.body()).isEqualTo("abcXXdX");
            assertThat(wire.occurrences("X".getBytes(UTF_8))).isEqualTo(3);

            assertThat(wire.send(request("/length"))).isEqualTo(200);
            assertThat(wire.body()).hasSize(100_004);
            assertThat(wire.occurrences("X".getBytes(UTF_8))).isEqualTo(2);
        }
        assertThat(target.requests("/length").get(0).body()).isEqualTo("größer");
        assertThat(target.requests("/length").get(0).header("authorization")).contains("Bearer sk-1");
    }

    @Test
    void noticesAnAnswerThatBreaksOff() throws Exception {
        target.on("/", Answer.of(200, "12345").claiming(6).then(Answer.Then.CLOSE));
        try (Wire wire = new Wire(target.uri("/"))) {
            assertThatThrownBy(() -> wire.send(request("/"))).isInstanceOf(EOFException.class);
        }
    }

    private byte[] request(String path) {
        return Wire.request("POST", target.uri(path), "sk-1", "größer");
    }

    private static Answer chunks(String body) {
        return Answer.of(200, body).header("Content-Length", null).header("Transfer-Encoding", "chunked");
    }
}

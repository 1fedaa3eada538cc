package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;
import static org.taskcenter.gate.Gates.post;
import static org.taskcenter.gate.RawServer.OK;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.taskcenter.gate.Gates.Started;

/** What is sent again where a kept connection ended under it, and what is not. */
@Timeout(60)
class RepeatedRequestsTest {
    @RegisterExtension
    final GateStage stage = new GateStage();

    private final Gate gate = stage.gate();

    @Test
    void repeatsOnANewConnectionWhatIsIdempotentAndWasSentIntoAClosingOne() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readRequest(); // and closes
        }));
        answer(gate, get(server.uri("/first")));
        assertThat(answer(gate, get(server.uri("/second"))).text()).isEqualTo("ok");
        assertThat(server.requests()).hasSize(3);
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void repeatsOnANewConnectionThoughOthersAreIdle() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            both.countDown();
            both.await();
            peer.send(OK);
            peer.readRequest(); // and closes
        }));
        Started one = Gates.start(gate, get(server.uri("/")));
        Started two = Gates.start(gate, get(server.uri("/")));
        assertThat(Gates.await(one.result())).isInstanceOf(Answer.class);
        assertThat(Gates.await(two.result())).isInstanceOf(Answer.class);
        assertThat(gate.connectionCount()).isEqualTo(2);
        assertThat(answer(gate, get(server.uri("/"))).text()).isEqualTo("ok");
        assertThat(server.connections()).isEqualTo(3);
    }

    @Test
    void repeatsAnyMethodThatOnlyAsks() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readRequest(); // and closes
        }));
        answer(gate, get(server.uri("/")));
        assertThat(answer(gate, post(server.uri("/asking"), Request.Repeat.ALWAYS))
                        .text())
                .isEqualTo("ok");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void doesNotRepeatWhatFailedOnANewConnectionOrAfterAnswerBytes() {
        RawServer closing = stage.closing(new RawServer(RawServer.Peer::readRequest));
        assertThat(failure(gate, get(closing.uri("/"))).kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(closing.requests()).hasSize(1);

        RawServer cutting = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf");
        }));
        answer(gate, get(cutting.uri("/")));
        assertThat(failure(gate, get(cutting.uri("/"))).kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(cutting.requests()).hasSize(2);
    }
}

package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;
import static org.taskcenter.gate.Gates.post;
import static org.taskcenter.gate.RawServer.OK;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection is used again, and when a new one is opened. */
@Timeout(60)
class KeptConnectionsTest {
    @RegisterExtension
    final GateStage stage = new GateStage();

    private final Gate gate = stage.gate();

    @Test
    void usesAConnectionAgain() {
        RawServer server = stage.closing(RawServer.answering(OK));
        for (int i = 0; i < 50; i++) {
            assertThat(answer(gate, post(server.uri("/" + i))).text()).isEqualTo("ok");
        }
        assertThat(server.connections()).isEqualTo(1);
        assertThat(gate.connectionCount()).isEqualTo(1);
        assertThat(gate.underWay()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=0\r\n\r\nok"
            })
    void doesNotUseAConnectionAgainThatTheServerWillClose(String answer) {
        RawServer server = stage.closing(RawServer.answering(answer));
        for (int i = 0; i < 5; i++) {
            assertThat(answer(gate, post(server.uri("/"))).text()).isEqualTo("ok");
        }
        assertThat(server.connections()).isEqualTo(5);
        assertThat(gate.connectionCount()).isZero();
    }

    @Test
    void closesIdleConnections() {
        Limits normal = Limits.DEFAULT;
        Gate hasty = stage.closing(Gates.open(new Limits(
                normal.perHost(),
                normal.total(),
                normal.ioThreads(),
                normal.lookups(),
                normal.connect(),
                Duration.ofMillis(1),
                normal.largeBodies())));
        RawServer server = stage.closing(RawServer.answering(OK));
        answer(hasty, get(server.uri("/")));
        await().until(() -> hasty.connectionCount() == 0 && server.open() == 0);
    }

    /** The end of a connection is seen before the next request is written to it. */
    @Test
    void doesNotSendOnAConnectionThatTheServerHasClosed() throws InterruptedException {
        Queue<CountDownLatch> closed = new ConcurrentLinkedQueue<>();
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.socket().close();
            closed.remove().countDown();
        }));
        for (int i = 0; i < 200; i++) {
            CountDownLatch isClosed = new CountDownLatch(1);
            closed.add(isClosed);
            assertThat(answer(gate, post(server.uri("/"))).text()).isEqualTo("ok");
            isClosed.await();
        }
        assertThat(server.requests()).hasSize(200);
    }

    /** A kept one could end just then, and nobody could say what came of the request. */
    @Test
    void sendsWhatMustNotBeSentTwiceOverANewConnection() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readRequest(); // and closes
        }));
        answer(gate, get(server.uri("/")));
        assertThat(answer(gate, post(server.uri("/once"), Request.Repeat.NEVER)).text())
                .isEqualTo("ok");
        assertThat(server.requests()).hasSize(2);
        assertThat(server.connections()).isEqualTo(2);
        assertThat(gate.connectionCount()).isEqualTo(1);
    }

    @Test
    void keepsNoConnectionsForAWhileToAServerThatClosesThemUnannounced() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readRequest(); // and closes
        }));
        answer(gate, post(server.uri("/first")));
        Failure failure = failure(gate, post(server.uri("/second")));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(failure.reason()).contains("ended before the answer was complete");
        for (int i = 0; i < 10; i++) {
            assertThat(answer(gate, post(server.uri("/later"))).text()).isEqualTo("ok");
        }
        assertThat(server.requests()).hasSize(12);
        assertThat(server.connections()).isEqualTo(11);
    }

    @Test
    void neverGivesAnAnswerToTheNextRequest() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch spoken = new CountDownLatch(1);
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            if (peer.number() == 1) {
                answered.await();
                peer.send("HTTP/1.1 200 OK\r\nContent-Le"); // half of an answer that nobody asked for
                spoken.countDown();
                peer.readRequest();
                peer.send("ngth: 4\r\n\r\nEVIL");
            }
            peer.awaitEnd();
        }));
        answer(gate, post(server.uri("/")));
        answered.countDown();
        spoken.await();
        assertThat(answer(gate, post(server.uri("/"))).text()).isEqualTo("ok");
        assertThat(server.connections()).isEqualTo(2);
    }
}

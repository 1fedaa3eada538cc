package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.asFailure;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;
import static org.taskcenter.gate.Gates.post;
import static org.taskcenter.gate.Gates.request;
import static org.taskcenter.gate.RawServer.OK;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.taskcenter.gate.Gates.Started;

/** Requests that end without an answer: stopped, out of time, or without a connection. */
@Timeout(60)
class UnansweredRequestsTest {
    @RegisterExtension
    final GateStage stage = new GateStage();

    private final Gate gate = stage.gate();

    @Test
    void cancelAbortsTheConnection() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.awaitEnd();
        }));
        Started call = Gates.start(gate, post(server.uri("/")));
        await().until(() -> server.requests().size() == 1);
        call.exchange().cancel();
        assertThat(call.result()).isCompleted(); // by the caller, at once
        assertThat(asFailure(call.result().join()).kind()).isEqualTo(Failure.Kind.STOPPED);
        assertThat(asFailure(call.result().join()).sent()).isTrue();
        await().until(() -> server.open() == 0);
        assertThat(gate.connectionCount()).isZero();
        call.exchange().cancel();
    }

    @Test
    void cancelAfterTheEndDoesNothing() {
        RawServer server = stage.closing(RawServer.answering(OK));
        Started call = Gates.start(gate, get(server.uri("/")));
        assertThat(Gates.await(call.result())).isInstanceOf(Answer.class);
        call.exchange().cancel();
        answer(gate, get(server.uri("/")));
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void theTimeIsOverWhereNothingComes() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.awaitEnd();
        }));
        Failure failure = failure(gate, request("GET", server.uri("/"), null, Duration.ofMillis(150)));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
        assertThat(failure.reason()).isEqualTo("no complete answer from 127.0.0.1:" + server.port() + " within 150 ms");
        assertThat(failure.took()).isGreaterThanOrEqualTo(Duration.ofMillis(150));
        await().until(() -> server.open() == 0);
    }

    @Test
    void theTimeIsOverForASlowEndlessBody() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
            for (CountDownLatch never = new CountDownLatch(1);
                    ;
                    never.await(5, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                peer.send(".");
            }
        }));
        Failure failure = failure(gate, request("GET", server.uri("/"), null, Duration.ofMillis(200)));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
        await().until(() -> server.open() == 0);
    }

    @Test
    void aRefusedConnectionSentNothing() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Failure failure = failure(gate, post(URI.create("http://127.0.0.1:" + port + "/?secret")));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
        assertThat(failure.reason()).isEqualTo("no connection to 127.0.0.1:" + port + ": Connection refused");
    }

    @Test
    void aConnectionThatDoesNotStandInTimeSentNothing() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
            for (int i = 0; i < 16; i++) { // nobody accepts: the queue is soon full, and then nobody answers
                SocketChannel channel = stage.closing(SocketChannel.open());
                channel.configureBlocking(false);
                channel.connect(address);
            }
            URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");
            Gate impatient = stage.closing(Gates.open(Gates.limits(10, 10, Duration.ofMillis(200))));
            Failure slow = failure(impatient, post(uri));
            assertThat(slow.kind()).isEqualTo(Failure.Kind.CONNECT);
            assertThat(slow.reason()).contains("no connection to 127.0.0.1:").contains("within 200 ms");
            await().until(() -> impatient.connectionCount() == 0);

            Failure hurried = failure(gate, request("POST", uri, "x", Duration.ofMillis(100)));
            assertThat(hurried.kind()).isEqualTo(Failure.Kind.CONNECT);

            Started stopped = Gates.start(gate, post(uri));
            stopped.exchange().cancel();
            assertThat(asFailure(stopped.result().join()).kind()).isEqualTo(Failure.Kind.STOPPED);
            assertThat(asFailure(stopped.result().join()).sent()).isFalse();
            await().until(() -> gate.connectionCount() == 0);
        }
    }

    @Test
    void closingStopsEverything() {
        RawServer server = stage.closing(new RawServer(peer -> {
            peer.readRequest();
            peer.awaitEnd();
        }));
        List<Started> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(Gates.start(gate, post(server.uri("/"))));
        }
        await().until(() -> server.requests().size() == 10);
        gate.close();
        for (Started call : calls) {
            assertThat(asFailure(Gates.await(call.result())).kind()).isEqualTo(Failure.Kind.STOPPED);
        }
        assertThat(failure(gate, get(server.uri("/"))).kind()).isEqualTo(Failure.Kind.STOPPED);
        await().until(() -> server.open() == 0);
    }
}

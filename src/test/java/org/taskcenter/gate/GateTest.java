package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.asFailure;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;
import static org.taskcenter.gate.Gates.post;
import static org.taskcenter.gate.Gates.request;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.gate.Gates.Started;

@Timeout(60)
class GateTest {
    private static final String OK = RawServer.ok("ok");

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final Gate gate = closing(Gates.open());

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : toClose) {
            closeable.close();
        }
    }

    @Test
    void sendsWhatItIsTold() {
        RawServer server = closing(RawServer.answering("HTTP/1.1 201 Created\r\nA: 1\r\na: 2\r\n"
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
        RawServer server = closing(RawServer.answering(OK));
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
        RawServer server = closing(RawServer.answering(OK));
        List<Header> headers = List.of(new Header("user-agent", "Mine"));
        answer(gate, new Request("GET", server.uri("/"), headers, null, Duration.ofSeconds(20), 10));
        assertThat(server.requests().get(0)).contains("user-agent: Mine").doesNotContain("TaskCenter");
    }

    @Test
    void sendsLargeBodies() {
        RawServer server = closing(RawServer.answering(OK));
        String body = "0123456789".repeat(500_000);
        answer(gate, request("POST", server.uri("/"), body));
        assertThat(server.requests().get(0)).endsWith("\r\n\r\n" + body);
    }

    @Test
    void usesAConnectionAgain() {
        RawServer server = closing(RawServer.answering(OK));
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
        RawServer server = closing(RawServer.answering(answer));
        for (int i = 0; i < 5; i++) {
            assertThat(answer(gate, post(server.uri("/"))).text()).isEqualTo("ok");
        }
        assertThat(server.connections()).isEqualTo(5);
        assertThat(gate.connectionCount()).isZero();
    }

    @Test
    void closesIdleConnections() {
        Limits normal = Limits.DEFAULT;
        Gate hasty = closing(Gates.open(new Limits(
                normal.perHost(),
                normal.total(),
                normal.ioThreads(),
                normal.lookups(),
                normal.connect(),
                Duration.ofMillis(1),
                normal.largeBodies())));
        RawServer server = closing(RawServer.answering(OK));
        answer(hasty, get(server.uri("/")));
        await().until(() -> hasty.connectionCount() == 0 && server.open() == 0);
    }

    /** The end of a connection is seen before the next request is written to it. */
    @Test
    void doesNotSendOnAConnectionThatTheServerHasClosed() throws InterruptedException {
        Queue<CountDownLatch> closed = new ConcurrentLinkedQueue<>();
        RawServer server = closing(new RawServer(peer -> {
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

    @Test
    void repeatsOnANewConnectionWhatIsIdempotentAndWasSentIntoAClosingOne() {
        RawServer server = closing(new RawServer(peer -> {
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
        RawServer server = closing(new RawServer(peer -> {
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
        RawServer server = closing(new RawServer(peer -> {
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

    /** A kept one could end just then, and nobody could say what came of the request. */
    @Test
    void sendsWhatMustNotBeSentTwiceOverANewConnection() {
        RawServer server = closing(new RawServer(peer -> {
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
        RawServer server = closing(new RawServer(peer -> {
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
    void doesNotRepeatWhatFailedOnANewConnectionOrAfterAnswerBytes() {
        RawServer closing = closing(new RawServer(RawServer.Peer::readRequest));
        assertThat(failure(gate, get(closing.uri("/"))).kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(closing.requests()).hasSize(1);

        RawServer cutting = closing(new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf");
        }));
        answer(gate, get(cutting.uri("/")));
        assertThat(failure(gate, get(cutting.uri("/"))).kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(cutting.requests()).hasSize(2);
    }

    @Test
    void neverGivesAnAnswerToTheNextRequest() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch spoken = new CountDownLatch(1);
        RawServer server = closing(new RawServer(peer -> {
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

    @Test
    void cancelAbortsTheConnection() {
        RawServer server = closing(new RawServer(peer -> {
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
        RawServer server = closing(RawServer.answering(OK));
        Started call = Gates.start(gate, get(server.uri("/")));
        assertThat(Gates.await(call.result())).isInstanceOf(Answer.class);
        call.exchange().cancel();
        answer(gate, get(server.uri("/")));
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void theTimeIsOverWhereNothingComes() {
        RawServer server = closing(new RawServer(peer -> {
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
        RawServer server = closing(new RawServer(peer -> {
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
                SocketChannel channel = closing(SocketChannel.open());
                channel.configureBlocking(false);
                channel.connect(address);
            }
            URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");
            Gate impatient = closing(Gates.open(Gates.limits(10, 10, Duration.ofMillis(200))));
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
    void aHostThatIsFullHoldsUpNoOther() {
        Gate small = closing(Gates.open(Gates.perHost(2)));
        CountDownLatch release = new CountDownLatch(1);
        RawServer hanging = closing(new RawServer(peer -> {
            while (peer.readRequest() != null) {
                release.await();
                peer.send(OK);
            }
        }));
        RawServer other = closing(RawServer.answering(OK));
        List<Started> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(Gates.start(small, post(hanging.uri("/" + i))));
        }
        await().until(() -> hanging.requests().size() == 2);
        assertThat(answer(small, post(other.uri("/"))).text()).isEqualTo("ok");
        Failure waited = failure(small, request("POST", hanging.uri("/x"), "", Duration.ofMillis(100)));
        assertThat(waited.kind()).isEqualTo(Failure.Kind.CONNECT);
        assertThat(waited.reason()).contains("became free");
        calls.get(5).exchange().cancel();
        assertThat(hanging.requests()).hasSize(2);
        release.countDown();
        for (Started call : calls.subList(0, 5)) {
            assertThat(Gates.await(call.result())).isInstanceOf(Answer.class);
        }
        assertThat(hanging.connections()).isEqualTo(2);
        assertThat(hanging.requests()).hasSize(5);
    }

    @Test
    void manyHostsShareTheTotal() {
        Gate small = closing(Gates.open(Gates.limits(3, 3, Duration.ofSeconds(10))));
        List<RawServer> servers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            servers.add(closing(RawServer.answering(OK)));
        }
        List<Started> calls = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            calls.add(Gates.start(small, post(servers.get(i % 8).uri("/"))));
        }
        for (Started call : calls) {
            assertThat(Gates.await(call.result())).isInstanceOf(Answer.class);
        }
        assertThat(small.connectionCount()).isBetween(1, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"})
    void someAnswersHaveNoBody(String bytes) {
        RawServer server = closing(RawServer.answering(bytes));
        for (int i = 0; i < 3; i++) {
            assertThat(answer(gate, get(server.uri("/"))).body()).isEmpty();
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void theAnswerToHeadHasNoBody() {
        RawServer server = closing(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
        for (int i = 0; i < 3; i++) {
            Answer answer = answer(gate, request("HEAD", server.uri("/"), null));
            assertThat(answer.body()).isEmpty();
            assertThat(answer.truncated()).isFalse();
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void redirectsAreAnswersLikeOthers() {
        RawServer server = closing(
                RawServer.answering(
                        "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"));
        assertThat(answer(gate, get(server.uri("/"))).status()).isEqualTo(302);
        answer(gate, get(server.uri("/")));
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().get(1)).doesNotContain("Cookie");
    }

    @Test
    void readsOnlyAsMuchAsIsKept() {
        RawServer server = closing(new RawServer(peer -> {
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
        Limits normal = Limits.DEFAULT;
        Gate small = closing(Gates.open(
                new Limits(normal.perHost(), normal.total(), 2, 8, normal.connect(), normal.idle(), 300_000)));
        RawServer server = closing(RawServer.answering(RawServer.ok("y".repeat(900_000))));
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
        Limits normal = Limits.DEFAULT;
        Gate small = closing(Gates.open(
                new Limits(normal.perHost(), normal.total(), 2, 8, normal.connect(), normal.idle(), 300_000)));
        RawServer server = closing(RawServer.answering(RawServer.ok("y".repeat(900_000))));
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

    @Test
    void aMistakeAfterwardsHarmsNobody() {
        RawServer server = closing(RawServer.answering(OK));
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            gate.send(get(server.uri("/")), result -> {
                told.incrementAndGet();
                throw new AssertionError("a mistake of the test's own");
            });
        }
        await().until(() -> told.get() == 3);
        assertThat(answer(gate, get(server.uri("/"))).text()).isEqualTo("ok");
    }

    @Test
    void ioThreadsThatEndAreReplaced() {
        List<Thread> threads = new ArrayList<>();
        Gate wounded = closing(new Gate(Gates.LOOPBACK, Limits.DEFAULT, runnable -> {
            Thread thread = Gates.daemons().newThread(runnable);
            threads.add(thread);
            return thread;
        }));
        CountDownLatch release = new CountDownLatch(1);
        RawServer server = closing(new RawServer(peer -> {
            while (peer.readRequest() != null) {
                if (peer.number() > 1) {
                    peer.send(OK);
                } else {
                    release.await();
                }
            }
        }));
        Started call = Gates.start(wounded, post(server.uri("/")));
        await().until(() -> server.requests().size() == 1);
        threads.stream().filter(thread -> thread.getName().equals("gate-io")).forEach(Thread::interrupt);
        assertThat(asFailure(Gates.await(call.result())).kind()).isEqualTo(Failure.Kind.BROKEN);
        await().until(() -> Gates.call(wounded, get(server.uri("/"))) instanceof Answer);
        assertThat(wounded.underWay()).isZero();
        release.countDown();
    }

    @Test
    void closingStopsEverything() {
        RawServer server = closing(new RawServer(peer -> {
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1/",
                "http://169.254.169.254/latest/meta-data",
                "http://[::ffff:10.0.0.1]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[fe80::1]/",
                "http://0.0.0.0/",
                "http://10.0.0.1./",
                "http://１０.0.0.1/",
                "http://127.1/",
                "http://user@127.0.0.1/",
                "ftp://127.0.0.1/"
            })
    void forbidsWhatIsForbiddenAsWritten(String url) {
        URI uri = URI.create(url);
        assertThat(gate.whyForbidden(uri)).isPresent();
        Failure failure = failure(gate, get(uri));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.FORBIDDEN);
        assertThat(failure.reason()).isEqualTo(gate.whyForbidden(uri).orElseThrow());
        assertThat(gate.underWay()).isZero();
    }

    @Test
    void tellsWhatAnOperatorCanDo() {
        assertThat(gate.whyForbidden(URI.create("http://10.0.0.1/?secret")))
                .contains("10.0.0.1 is a private address, which may not be called from here;"
                        + " an operator can allow it by TASKCENTER_ALLOW_TARGETS");
    }

    @Test
    void judgesNoNameAsWritten() {
        assertThat(gate.whyForbidden(URI.create("http://localhost/"))).isEmpty();
        assertThat(gate.whyForbidden(URI.create("http://metadata.google.internal/")))
                .isEmpty();
        assertThat(gate.whyForbidden(URI.create("http://127.0.0.1/"))).isEmpty();
        assertThat(gate.whyForbidden(URI.create("https://8.8.8.8/"))).isEmpty();
    }

    private <T extends AutoCloseable> T closing(T closeable) {
        toClose.add(0, closeable);
        return closeable;
    }
}

package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.post;
import static org.taskcenter.gate.Gates.request;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everything that can go wrong, all at once and in any order: each call ends once, and no place is lost. */
@Timeout(120)
class GateStressTest {
    private static final int CALLS = 6_000;
    private static final int IN_FLIGHT = 150;

    private final AtomicInteger counter = new AtomicInteger();

    @Test
    void everyCallEndsOnceAndNoPlaceIsLost() throws Exception {
        Limits limits = new Limits(12, 30, 2, 8, Duration.ofMillis(300), Duration.ofMillis(200), 200_000);
        AtomicIntegerArray told = new AtomicIntegerArray(CALLS);
        Map<Failure.Kind, AtomicInteger> failures = new EnumMap<>(Failure.Kind.class);
        for (Failure.Kind kind : Failure.Kind.values()) {
            failures.put(kind, new AtomicInteger());
        }
        AtomicInteger answers = new AtomicInteger();
        ConcurrentLinkedQueue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
        Semaphore room = new Semaphore(IN_FLIGHT);
        Random random = new Random(4711);
        try (RawServer one = new RawServer(this::misbehave);
                RawServer two = new RawServer(this::misbehave);
                RawServer three = new RawServer(this::misbehave);
                ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Gate gate = new Gate(Gates.LOOPBACK, limits, Gates.daemons())) {
            List<Integer> ports = List.of(one.port(), two.port(), three.port(), silent.getLocalPort(), 1);
            for (int i = 0; i < CALLS; i++) {
                room.acquire();
                int call = i;
                String host = random.nextBoolean() ? "127.0.0.1" : "localhost";
                String url = "http://" + host + ":" + ports.get(random.nextInt(ports.size())) + "/";
                String method = random.nextBoolean() ? "POST" : "GET";
                Duration timeout = Duration.ofMillis(5 + random.nextInt(100));
                exchanges.add(gate.send(request(method, java.net.URI.create(url), "x", timeout), result -> {
                    told.incrementAndGet(call);
                    if (result instanceof Failure failure) {
                        failures.get(failure.kind()).incrementAndGet();
                    } else {
                        answers.incrementAndGet();
                    }
                    room.release();
                }));
                if (random.nextInt(4) == 0) {
                    exchanges.poll().cancel();
                }
            }
            await().until(() -> gate.underWay() == 0);
            for (int i = 0; i < CALLS; i++) {
                assertThat(told.get(i)).isEqualTo(1);
            }
            await().until(() -> gate.connectionCount() == 0);
            assertThat(answers).hasPositiveValue();
            assertThat(failures.get(Failure.Kind.CONNECT)).hasPositiveValue();
            assertThat(failures.get(Failure.Kind.TIMEOUT)).hasPositiveValue();
            assertThat(failures.get(Failure.Kind.BROKEN)).hasPositiveValue();
            assertThat(failures.get(Failure.Kind.STOPPED)).hasPositiveValue();
            try (RawServer good = RawServer.answering(RawServer.OK)) {
                for (int i = 0; i < 50; i++) {
                    assertThat(answer(gate, post(good.uri("/"))).text()).isEqualTo("ok");
                }
            }
        }
    }

    private void misbehave(RawServer.Peer peer) throws IOException {
        while (peer.readRequest() != null) {
            switch (counter.incrementAndGet() % 12) {
                case 0 -> peer.awaitEnd();
                case 1 -> peer.reset();
                case 2 -> peer.send("garbage\r\n");
                case 3 -> peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                case 4 -> peer.send(RawServer.ok("x".repeat(150_000)));
                case 5 -> peer.send(RawServer.OK + "stray");
                case 6 -> {
                    peer.send(RawServer.ok("last"));
                    peer.socket().close();
                }
                default -> peer.send(RawServer.OK);
            }
        }
    }
}

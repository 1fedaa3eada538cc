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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.taskcenter.gate.Gates.Started;

/** Requests that share one gate do not hold up or harm each other. */
@Timeout(60)
class SharedGateTest {
    @RegisterExtension
    final GateStage stage = new GateStage();

    private final Gate gate = stage.gate();

    @Test
    void aHostThatIsFullHoldsUpNoOther() {
        Gate small = stage.closing(Gates.open(Gates.perHost(2)));
        CountDownLatch release = new CountDownLatch(1);
        RawServer hanging = stage.closing(new RawServer(peer -> {
            while (peer.readRequest() != null) {
                release.await();
                peer.send(OK);
            }
        }));
        RawServer other = stage.closing(RawServer.answering(OK));
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
        Gate small = stage.closing(Gates.open(Gates.limits(3, 3, Duration.ofSeconds(10))));
        List<RawServer> servers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            servers.add(stage.closing(RawServer.answering(OK)));
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

    @Test
    void aMistakeAfterwardsHarmsNobody() {
        RawServer server = stage.closing(RawServer.answering(OK));
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
        Gate wounded = stage.closing(new Gate(Gates.LOOPBACK, Limits.DEFAULT, runnable -> {
            Thread thread = Gates.daemons().newThread(runnable);
            threads.add(thread);
            return thread;
        }));
        CountDownLatch release = new CountDownLatch(1);
        RawServer server = stage.closing(new RawServer(peer -> {
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
}

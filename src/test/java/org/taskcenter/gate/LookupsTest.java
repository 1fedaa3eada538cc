package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;
import static org.taskcenter.gate.Gates.post;
import static org.taskcenter.gate.Gates.request;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.gate.Gates.Started;

/** Host names on their way through the gate, with a name server of the test's own. */
@Timeout(60)
class LookupsTest {
    private final Map<String, List<String>> zone = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final CountDownLatch thaw = new CountDownLatch(1);
    private final Gate gate = open(Gates.allowing("127.0.0.0/24"));
    private final RawServer server = RawServer.answering(RawServer.OK);

    @AfterEach
    void close() throws IOException {
        thaw.countDown();
        gate.close();
        server.close();
    }

    @Test
    void connectsToTheAddressOfAName() {
        zone.put("api.example", List.of("127.0.0.1"));
        for (int i = 0; i < 20; i++) {
            assertThat(answer(gate, get(uri("API.example."))).text()).isEqualTo("ok");
        }
        assertThat(asked.get("api.example")).hasValue(1);
        assertThat(server.connections()).isEqualTo(1);
        assertThat(server.requests().get(0)).contains("\r\nHost: api.example:" + server.port() + "\r\n");
    }

    @Test
    void asksOnceForAllWhoWait() {
        zone.put("slow.frozen", List.of("127.0.0.1"));
        List<Started> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(Gates.start(gate, get(uri("slow.frozen"))));
        }
        thaw.countDown();
        for (Started call : calls) {
            assertThat(Gates.await(call.result())).isInstanceOf(Answer.class);
        }
        assertThat(asked.get("slow.frozen")).hasValue(1);
    }

    @Test
    void anUnknownNameSentNothing() {
        Failure failure = failure(gate, post(uri("nowhere.example")));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
        assertThat(failure.reason()).isEqualTo("the host name nowhere.example is unknown");
        zone.put("nowhere.example", List.of("127.0.0.1"));
        answer(gate, get(uri("nowhere.example")));
        zone.put("empty.example", List.of());
        assertThat(failure(gate, post(uri("empty.example"))).reason()).contains("no address");
    }

    @Test
    void aBrokenNameServerSentNothing() {
        assertThat(failure(gate, post(uri("explode.example"))).kind()).isEqualTo(Failure.Kind.CONNECT);
    }

    @Test
    void aNameThatLeadsInsideIsForbidden() {
        zone.put("inside.example", List.of("10.1.2.3", "192.168.0.1", "127.0.1.1"));
        URI uri = uri("inside.example");
        assertThat(gate.whyForbidden(uri)).isEmpty();
        Failure failure = failure(gate, post(uri));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.FORBIDDEN);
        assertThat(failure.reason())
                .isEqualTo("the host name inside.example leads to a private address, which may not be called from"
                        + " here; an operator can allow it by TASKCENTER_ALLOW_TARGETS");
    }

    @Test
    void usesTheAllowedOnesOfSeveralAddresses() {
        zone.put("mixed.example", List.of("10.1.2.3", "169.254.169.254", "127.0.0.1", "::1", "127.0.1.1"));
        assertThat(answer(gate, get(uri("mixed.example"))).text()).isEqualTo("ok");
    }

    @Test
    void triesOneAddressAfterTheOther() {
        zone.put("several.example", List.of("127.0.0.7", "127.0.0.8", "127.0.0.1")); // nobody listens on the first
        assertThat(answer(gate, get(uri("several.example"))).text()).isEqualTo("ok");
        zone.put("dead.example", List.of("127.0.0.7", "127.0.0.8"));
        assertThat(failure(gate, post(uri("dead.example"))).kind()).isEqualTo(Failure.Kind.CONNECT);
        assertThat(gate.connectionCount()).isEqualTo(1);
    }

    /** Rebinding: what a name server says the second time is of no interest, because nobody asks it. */
    @Test
    void asksNoSecondTimeBetweenCheckAndConnection() {
        zone.put("rebind.example", List.of("127.0.0.1"));
        AtomicInteger asks = new AtomicInteger();
        Gate once = new Gate(
                Gates.allowing("127.0.0.1"),
                Limits.DEFAULT,
                Gates.daemons(),
                host -> new InetAddress[] {
                    InetAddress.getByName(asks.incrementAndGet() == 1 ? "127.0.0.1" : "127.0.0.9")
                },
                null);
        try (once) {
            answer(once, get(uri("rebind.example")));
            answer(once, get(uri("rebind.example")));
            assertThat(asks).hasValue(1);
        }
    }

    @Test
    void aNameServerThatHangsHoldsUpOnlyItsOwnNames() {
        zone.put("fine.example", List.of("127.0.0.1"));
        List<Started> hanging = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String host = "h" + i + (i % 2 == 0 ? ".a.frozen" : ".b.c.frozen");
            hanging.add(Gates.start(gate, request("POST", uri(host), "", Duration.ofMillis(200))));
        }
        assertThat(answer(gate, get(uri("fine.example"))).text()).isEqualTo("ok");
        for (Started call : hanging) {
            Failure failure = Gates.asFailure(Gates.await(call.result()));
            assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
            assertThat(failure.reason()).contains("was not found within 200 ms");
        }
        assertThat(gate.underWay()).isZero();
    }

    @Test
    void aNameServerThatHangsDoesNotHoldUpItsWholeCountry() {
        zone.put("fine.co.jp", List.of("127.0.0.1"));
        List<Started> hanging = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            hanging.add(Gates.start(gate, get(uri("h" + i + ".frozen.co.jp"))));
        }
        assertThat(answer(gate, get(uri("fine.co.jp"))).text()).isEqualTo("ok");
        hanging.forEach(call -> call.exchange().cancel());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, localhost",
        "example.com, example.com",
        "a.b.example.com, example.com",
        "a.b.example.jp, example.jp",
        "example.co.jp, example.co.jp",
        "a.b.example.co.jp, example.co.jp",
        "a.b.example.com.br, example.com.br",
        "a.co.example, co.example",
        "co.jp, co.jp",
        "x.t.co, t.co"
    })
    void shares(String host, String domain) {
        assertThat(Lookups.domain(host)).isEqualTo(domain);
    }

    @Test
    void cancelDoesNotWaitForANameServer() {
        Started call = Gates.start(gate, post(uri("x.frozen")));
        call.exchange().cancel();
        assertThat(call.result())
                .isCompletedWithValueMatching(result -> Gates.asFailure(result).kind() == Failure.Kind.STOPPED);
    }

    @Test
    void theSystemsOwnNamesAreJudgedToo() {
        try (Gate real = new Gate(Gates.allowing(""), Limits.DEFAULT, Gates.daemons())) {
            Failure failure = failure(real, post(uri("localhost")));
            assertThat(failure.kind()).isEqualTo(Failure.Kind.FORBIDDEN);
            assertThat(failure.reason()).contains("localhost leads to a loopback address");
        }
        try (Gate real = new Gate(Gates.LOOPBACK, Limits.DEFAULT, Gates.daemons())) {
            assertThat(answer(real, post(uri("LocalHost"))).text()).isEqualTo("ok");
        }
    }

    @Test
    void namesAreForgotten() {
        Lookups lookups = new Lookups(Gates.LOOPBACK, this::addresses, new Turns(Runnable::run, 1, 10));
        for (int i = 0; i < 100; i++) {
            lookups.find(
                    "n" + i + ".unknown", found -> assertThat(found.addresses()).isEmpty());
        }
        assertThat(lookups.size()).isZero();
    }

    @Test
    void tooManyWaitingLookUpsAreRefused() {
        Turns nobodyRuns = new Turns(task -> {}, 1, 2);
        Lookups lookups = new Lookups(Gates.LOOPBACK, this::addresses, nobodyRuns);
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            lookups.find(i + ".example", found -> reasons.add(found.reason()));
        }
        assertThat(reasons)
                .containsExactly("too many host names are being looked up", "too many host names are being looked up");
    }

    private Gate open(AddressRules rules) {
        return new Gate(rules, Limits.DEFAULT, Gates.daemons(), this::addresses, null);
    }

    private InetAddress[] addresses(String host) throws UnknownHostException {
        asked.computeIfAbsent(host, h -> new AtomicInteger()).incrementAndGet();
        if (host.startsWith("explode")) {
            throw new IllegalStateException("the test's own");
        }
        if (host.endsWith(".frozen") || host.contains(".frozen.")) {
            try {
                thaw.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(host);
            }
        }
        List<String> known = zone.get(host);
        if (known == null) {
            throw new UnknownHostException(host);
        }
        InetAddress[] addresses = new InetAddress[known.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = InetAddress.getByName(known.get(i));
        }
        return addresses;
    }

    private URI uri(String host) {
        return URI.create("http://" + host + ":" + server.port() + "/");
    }
}

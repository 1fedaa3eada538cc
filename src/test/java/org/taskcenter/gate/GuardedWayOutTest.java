package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Where the gate lets nobody go, and where it does: a real gate, a real name server over UDP, and a real server that must
 * not be reached but where it is said so. The cases are in {@code guarded-way-out.csv}.
 */
@Timeout(60)
class GuardedWayOutTest {
    private static final DnsServer DNS = DnsServer.start();
    private static RawServer server;
    private static Gate closed;
    private static Gate open;

    @BeforeAll
    static void start() throws IOException {
        server = RawServer.answering(RawServer.ok("inside"));
        closed = gate("");
        open = gate("127.0.0.1/32, ::1/128");
    }

    @AfterAll
    static void stop() throws IOException {
        closed.close();
        open.close();
        server.close();
        DNS.close();
    }

    private static Gate gate(String allowed) {
        return new Gate(Gates.allowing(allowed), Limits.DEFAULT, Gates.daemons(), DNS::addresses, null);
    }

    /**
     * One URL.
     *
     * @param url PORT in it is the server's
     * @param addresses what the name server answers for its host, or nothing
     * @param expected written: refused as it is written; found: refused for what its name leads to; unread: no URL at all.
     *     With 127.0.0.1 allowed it may be reached: then the server answers
     */
    @ParameterizedTest(name = "{0} {1}")
    @CsvFileSource(resources = "guarded-way-out.csv", delimiter = '|', numLinesToSkip = 1, maxCharsPerColumn = 10_000)
    void judges(String url, String addresses, String expected) throws URISyntaxException {
        int reached = server.requests().size();
        String name = addresses == null ? null : host(url);
        if (name != null) {
            DNS.put(name, addresses);
        }
        URI uri = read(url);
        if (expected.equals("unread")) {
            assertThat(uri).isNull();
            return;
        }
        Gate gate = expected.equals("reached") ? open : closed;
        assertThat(gate.whyForbidden(uri).isPresent()).isEqualTo(expected.equals("written"));
        Result result = Gates.call(gate, Gates.post(uri));
        if (expected.equals("reached")) {
            assertThat(result).isInstanceOf(Answer.class);
            assertThat(server.requests()).hasSize(reached + 1);
        } else {
            assertThat(Gates.asFailure(result).kind()).isEqualTo(Failure.Kind.FORBIDDEN);
            assertThat(server.requests()).hasSize(reached);
        }
    }

    private static String host(String url) {
        return url.replaceFirst("^[a-zA-Z]+://", "")
                .replaceFirst("[.]?[:/?#].*$", "")
                .toLowerCase();
    }

    private static URI read(String url) {
        try {
            return new URI(url.replace("PORT", String.valueOf(server.port())));
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Rebinding: between the check and the connection nobody is asked again. */
    @Test
    void connectsToWhatWasCheckedWhateverTheNameServerSaysNext() throws IOException {
        DNS.put("rebind.test", "127.0.0.1", "127.0.0.9", "169.254.169.254");
        try (Gate fresh = gate("127.0.0.1");
                RawServer target = RawServer.answering(RawServer.ok("checked"))) {
            Answer answer = Gates.answer(fresh, Gates.get(uri("rebind.test", target)));
            assertThat(answer.text()).isEqualTo("checked");
            assertThat(DNS.asked("rebind.test")).isEqualTo(1);
        }
    }

    @Test
    void aSecondAnswerIsCheckedLikeTheFirst() throws IOException {
        DNS.put("rebound.test", "127.0.0.1", "127.0.0.9");
        try (RawServer target = RawServer.answering(RawServer.ok("checked"))) {
            try (Gate first = gate("127.0.0.1")) {
                Gates.answer(first, Gates.get(uri("rebound.test", target)));
            }
            try (Gate second = gate("127.0.0.1")) {
                Failure failure = Gates.failure(second, Gates.post(uri("rebound.test", target)));
                assertThat(failure.kind()).isEqualTo(Failure.Kind.FORBIDDEN);
                assertThat(failure.reason()).contains("rebound.test leads to a loopback address");
            }
            assertThat(DNS.asked("rebound.test")).isEqualTo(2);
            assertThat(target.requests()).hasSize(1);
        }
    }

    /** Only the checked ones of several addresses are connected to, also where the first of them does not answer. */
    @Test
    void neverTriesTheForbiddenOnesOfSeveralAddresses() throws IOException {
        DNS.put("several.test", "127.0.0.9 127.0.0.8 10.0.0.1 ::1");
        try (RawServer target = RawServer.answering(RawServer.ok("inside"));
                Gate one = gate("127.0.0.9")) {
            Failure failure = Gates.failure(one, Gates.post(uri("several.test", target)));
            assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
            DNS.put("several.test", "127.0.0.9 127.0.0.1");
        }
        try (RawServer target = RawServer.answering(RawServer.ok("inside"));
                Gate one = gate("127.0.0.9")) {
            Failure failure = Gates.failure(one, Gates.post(uri("several.test", target)));
            assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
            assertThat(target.connections()).isZero();
        }
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() throws IOException {
        for (int status : List.of(301, 302, 303, 307, 308)) {
            for (String location : List.of(
                    "http://127.0.0.1:" + server.port() + "/",
                    "http://169.254.169.254/latest/meta-data/",
                    "//[::1]/",
                    "/elsewhere",
                    "file:///etc/passwd")) {
                int reached = server.requests().size();
                String redirect =
                        "HTTP/1.1 " + status + " Moved\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
                try (RawServer target = RawServer.answering(redirect);
                        Gate one = gate("127.0.0.1")) {
                    Answer answer = Gates.answer(one, Gates.get(URI.create("http://127.0.0.1:" + target.port() + "/")));
                    assertThat(answer.status()).isEqualTo(status);
                    assertThat(answer.header("Location")).contains(location);
                    assertThat(target.requests()).hasSize(1);
                }
                assertThat(server.requests()).hasSize(reached);
            }
        }
    }

    @Test
    void asksNobodyForAnAddressThatIsWritten() throws URISyntaxException {
        int asked = DNS.questions().size();
        for (String host : List.of("127.0.0.1", "10.0.0.1", "[::1]", "2130706433", "0x7f.1", "１２７.0.0.1")) {
            Gates.failure(closed, Gates.post(new URI("http://" + host + "/")));
        }
        assertThat(DNS.questions()).hasSize(asked);
    }

    private static URI uri(String host, RawServer target) {
        return URI.create("http://" + host + ":" + target.port() + "/");
    }
}

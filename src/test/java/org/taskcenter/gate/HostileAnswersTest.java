package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.call;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;
import static org.taskcenter.gate.Gates.post;
import static org.taskcenter.gate.Gates.request;
import static org.taskcenter.gate.RawServer.OK;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.gate.Gates.Started;

/** Whatever a server answers ends its own exchange, and the next one is as if it had not been. */
@Timeout(60)
class HostileAnswersTest {
    private final Gate gate = Gates.open();
    private RawServer server;

    @AfterEach
    void close() throws IOException {
        gate.close();
        if (server != null) {
            server.close();
        }
    }

    /** \r, \n, \0 and \xHH are written so; a final + keeps the connection open, else it is closed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "H",
                "HTTP/1.1 200 OK",
                "HTTP/1.1 200 OK\\r\\n",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 0",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\nshort",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nab",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nab\\r\\n",
                "SSH-2.0-OpenSSH_9.2p1\\r\\n+",
                "220 smtp.example.com ESMTP\\r\\n+",
                "<html>no head at all</html>\\n+",
                "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\r\\n+",
                "\\0\\0\\0\\0\\r\\n+",
                "HTTP/1.1\\r\\n\\r\\n+",
                "HTTP/1.1 abc OK\\r\\n\\r\\n+",
                "HTTP/1.1 99 Low\\r\\n\\r\\n+",
                "HTTP/1.1 000 Zero\\r\\n\\r\\n+",
                "HTTP/1.1 1000 High\\r\\n\\r\\n+",
                "HTTP/1.1 -200 Negative\\r\\n\\r\\n+",
                "HTTP/2.0 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n+",
                "HTTP/x.y 200 OK\\r\\n\\r\\n+",
                "GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n+",
                "HTTP/1.1 200 OK\\r\\nno colon\\r\\n\\r\\n+",
                "HTTP/1.1 200 OK\\r\\n: no name\\r\\n\\r\\n+",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\nab+",
                "HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n\\r\\n+",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 1e3\\r\\n\\r\\n+",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\nx+",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n+",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: nonsense\\r\\n\\r\\n+",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\nabc+",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n-5\\r\\nabc+",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nffffffffffffffffff\\r\\nabc+",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nabcd\\r\\n0\\r\\n\\r\\n+",
                "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\n\\r\\n\\x81\\x05hello\\r\\n+",
                "HTTP/1.1 103 Early Hints\\r\\n\\r\\n"
            })
    void isBroken(String script) throws IOException {
        server = new RawServer(peer -> {
            for (String request = peer.readRequest(); request != null; request = peer.readRequest()) {
                boolean bad = request.startsWith("POST /bad");
                peer.send(bad ? bytes(script) : bytes(OK));
                if (bad && !script.endsWith("+")) {
                    return;
                }
            }
        });
        Failure failure = failure(gate, request("POST", server.uri("/bad?secret"), "x"));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(failure.reason()).contains("127.0.0.1:" + server.port()).doesNotContain("secret");
        isAsIfNothingHadBeen();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HTTP/1.1 200 OK\\r\\n                             | X: y\\r\\n        | too large
                    HTTP/1.1 200 OK\\r\\nX-Long:                      | yyyyyyyy         | too large
                    HTTP/1.1 200 OK\\r\\nX: folded\\r\\n              | ' and more\\r\\n' | too large
                    HTTP/1.1 200                                      | OK               | too large
                    ''                                                | \\r\\n           | too large
                    ''                                                | x                | too large
                    ''                                                | HTTP/1.1 100 Continue\\r\\n\\r\\n | not HTTP
                    ''                                                | HTTP/1.1 103 Early\\r\\nA: b\\r\\n\\r\\n | not HTTP
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5;ext= | eeee | too large
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n | T: x\\r\\n | too large
                    """)
    void isBrokenThoughItNeverEnds(String first, String again, String reason) throws IOException {
        String lot = new String(bytes(again), StandardCharsets.ISO_8859_1).repeat(1000);
        server = new RawServer(peer -> {
            for (String request = peer.readRequest(); request != null; request = peer.readRequest()) {
                if (request.startsWith("POST /bad")) {
                    peer.send(bytes(first));
                    peer.sendForEver(lot);
                }
                peer.send(OK);
            }
        });
        Failure failure = failure(gate, post(server.uri("/bad")));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(failure.reason()).contains(reason);
        await().until(() -> server.open() == 0);
        isAsIfNothingHadBeen();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok, and more without an end+          | ok
                    HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nokHTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nEVIL+ | ok
                    HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nokHTTP/1.1 200 OK\\r\\nContent-Len+  | ok
                    HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok\\r\\n+                            | ok
                    HTTP/1.1 204 No Content\\r\\nContent-Length: 4\\r\\n\\r\\nEVIL+                        | ''
                    HTTP/1.1 204 No Content\\r\\n\\r\\nEVIL+                                               | ''
                    HTTP/1.1 304 Not Modified\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nEVIL+ | ''
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nok\\r\\n0\\r\\n\\r\\nEVIL+ | ok
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 9\\r\\n\\r\\n2\\r\\nok\\r\\n0\\r\\n\\r\\n | ok
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nok\\r\\n0\\r\\nTrail | ok
                    HTTP/1.1 200 OK\\r\\n\\r\\nuntil the end                                               | until the end
                    HTTP/1.0 200 OK\\r\\n\\r\\nold                                                         | old
                    HTTP/1.1 200\\r\\nContent-Length: 2\\r\\n\\r\\nok+                                     | ok
                    HTTP/1.1 200 OK\\nContent-Length: 2\\n\\nok+                                           | ok
                    \\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok+                      | ok
                    HTTP/1.1 999 ?\\r\\nContent-Length: 2\\r\\n\\r\\nok+                                   | ok
                    HTTP/1.1 103 A\\r\\n\\r\\nHTTP/1.1 100 B\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok+ | ok
                    HTTP/1.1 200 OK\\r\\nX: a\\0b\\xFF\\r\\nContent-Length: 2\\r\\n\\r\\nok+               | ok
                    HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\na\\0b\\xFF\\xC3+                     | a\uFFFDb\uFFFD\uFFFD
                    HTTP/1.1 200 OK\\r\\nContent-Type: x/y; charset=ISO-8859-1\\r\\nContent-Length: 3\\r\\n\\r\\na\\0\\xFC+ | a\uFFFDü
                    HTTP/1.1 200 OK\\r\\nContent-Type: ;;charset=\\0;\\r\\nContent-Length: 2\\r\\n\\r\\nok+ | ok
                    """)
    void isAnAnswerAllTheSame(String script, String text) throws IOException {
        server = new RawServer(peer -> {
            for (String request = peer.readRequest(); request != null; request = peer.readRequest()) {
                boolean odd = request.startsWith("POST /odd");
                peer.send(odd ? bytes(script) : bytes(OK));
                if (odd && !script.endsWith("+")) {
                    return;
                }
            }
        });
        assertThat(answer(gate, post(server.uri("/odd"))).text()).isEqualTo(text);
        isAsIfNothingHadBeen();
        assertThat(answer(gate, post(server.uri("/odd"))).text()).isEqualTo(text);
    }

    @Test
    void fiftyMegabytesAreCut() throws IOException {
        String megabyte = "0123456789abcdef".repeat(65_536);
        server = new RawServer(peer -> {
            String request = peer.readRequest();
            boolean chunked = request.contains("/chunked");
            peer.send("HTTP/1.1 200 OK\r\n");
            peer.send(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 52428800\r\n\r\n");
            peer.sendForEver(chunked ? "100000\r\n" + megabyte + "\r\n" : megabyte);
        });
        for (String path : new String[] {"/chunked", "/length"}) {
            Answer answer = answer(gate, post(server.uri(path)));
            assertThat(answer.truncated()).isTrue();
            assertThat(answer.text()).isEqualTo(megabyte);
        }
        await().until(() -> server.open() == 0);
        assertThat(gate.connectionCount()).isZero();
    }

    @Test
    void compressedBodiesAreNotUnpacked() throws IOException {
        String bomb = "\u001f\u008b\b\0\0\0\0\0\0\3" + "\0\u00ff".repeat(100);
        server = RawServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length() + "\r\n\r\n" + bomb);
        assertThat(answer(gate, get(server.uri("/"))).body()).isEqualTo(bytes(bomb));
        assertThat(server.requests().get(0)).doesNotContainIgnoringCase("Accept-Encoding");
    }

    @Test
    void aResetIsBroken() throws IOException {
        server = new RawServer(peer -> {
            String request = peer.readRequest();
            if (request.contains("/half")) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            }
            peer.reset();
        });
        assertThat(failure(gate, post(server.uri("/"))).kind()).isEqualTo(Failure.Kind.BROKEN);
        assertThat(failure(gate, post(server.uri("/half"))).kind()).isEqualTo(Failure.Kind.BROKEN);
    }

    @Test
    void aHalfClosedConnectionIsBroken() throws IOException {
        server = new RawServer(peer -> {
            peer.readRequest();
            peer.socket().shutdownOutput();
            peer.awaitEnd();
        });
        assertThat(failure(gate, post(server.uri("/"))).kind()).isEqualTo(Failure.Kind.BROKEN);
        await().until(() -> server.open() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 413})
    void anAnswerBeforeTheRequestIsCompleteIsAnAnswer(int status) throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        server = new RawServer(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 " + status + " Early\r\nContent-Length: 3\r\n\r\nno!");
            answered.await();
        });
        Answer answer = answer(gate, request("POST", server.uri("/"), "x".repeat(20_000_000)));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo("no!");
        assertThat(gate.connectionCount()).isZero(); // half a request is on it
        answered.countDown();
    }

    @Test
    void aServerThatNeverReadsEndsByTheTime() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        server = new RawServer(peer -> over.await());
        Failure failure =
                failure(gate, request("POST", server.uri("/"), "x".repeat(20_000_000), Duration.ofMillis(200)));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
        over.countDown();
    }

    @Test
    void aServerThatSpeaksFirstIsNotHttp() throws IOException {
        server = new RawServer(peer -> {
            peer.send("SSH-2.0-OpenSSH_9.2p1\r\n");
            peer.awaitEnd();
        });
        Failure failure = failure(gate, post(server.uri("/")));
        assertThat(failure.kind()).isIn(Failure.Kind.BROKEN, Failure.Kind.CONNECT);
        assertThat(failure.reason()).contains("not HTTP");
    }

    @Test
    void hundredsOfThemHoldUpNobody() throws IOException {
        server = new RawServer(peer -> {
            String request = peer.readRequest();
            if (request.contains("/endless")) {
                peer.send("HTTP/1.1 200 OK\r\n\r\n");
                peer.sendForEver("endless".repeat(1000));
            } else if (request.contains("/silent")) {
                peer.awaitEnd();
            } else if (request.contains("/garbage")) {
                peer.send("\0\r\n\r\n");
            } else {
                peer.send(OK);
                peer.awaitEnd();
            }
        });
        List<Started> bad = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String path = List.of("/endless", "/silent", "/garbage").get(i % 3);
            bad.add(Gates.start(gate, request("POST", server.uri(path), "x", Duration.ofSeconds(3))));
        }
        RawServer good = RawServer.answering(OK);
        for (int i = 0; i < 100; i++) {
            assertThat(answer(gate, post(good.uri("/"))).text()).isEqualTo("ok");
        }
        for (Started call : bad) {
            Gates.await(call.result());
        }
        assertThat(gate.underWay()).isZero();
        good.close();
    }

    private void isAsIfNothingHadBeen() {
        for (int i = 0; i < 2; i++) {
            Result result = call(gate, post(server.uri("/good")));
            assertThat(result).isInstanceOf(Answer.class);
            assertThat(((Answer) result).text()).isEqualTo("ok");
        }
    }

    private static byte[] bytes(String script) {
        String text = script.endsWith("+") ? script.substring(0, script.length() - 1) : script;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                out.append(text.charAt(i));
            } else {
                i++;
                switch (text.charAt(i)) {
                    case 'r' -> out.append('\r');
                    case 'n' -> out.append('\n');
                    case '0' -> out.append('\0');
                    default -> {
                        out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                        i += 2;
                    }
                }
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}

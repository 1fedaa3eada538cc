package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.gate.Gates.answer;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.post;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.gate.Gates.Started;

@Timeout(60)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static SSLContext ours;

    /** A certificate for localhost that signs itself, and who trusts it. */
    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-alias",
                        "a")
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", keys.getCertificate("a"));
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        ours = SSLContext.getInstance("TLS");
        ours.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    }

    @Test
    void speaksTlsAndUsesConnectionsAgain() throws Exception {
        try (RawServer server = tls(peer -> {
                    while (peer.readRequest() != null) {
                        peer.send(RawServer.ok("secure".repeat(50_000)));
                    }
                });
                Gate gate = open(ours)) {
            for (int i = 0; i < 20; i++) {
                assertThat(answer(gate, post(uri("localhost", server))).text()).hasSize(300_000);
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(server.requests().get(0)).contains("Host: localhost:" + server.port());
        }
    }

    @Test
    void aCertificateMustBeOfThatHost() throws Exception {
        try (RawServer server = tls(RawServer.Peer::readRequest);
                Gate gate = open(ours)) {
            Failure byAddress = failure(gate, post(uri("127.0.0.1", server)));
            assertThat(byAddress.kind()).isEqualTo(Failure.Kind.CONNECT);
            assertThat(byAddress.reason())
                    .startsWith("TLS with 127.0.0.1:" + server.port() + " failed: ")
                    .contains("127.0.0.1");
            assertThat(failure(gate, post(uri("other.example", server))).kind()).isEqualTo(Failure.Kind.CONNECT);
            assertThat(server.requests()).isEmpty();
            await().until(() -> gate.connectionCount() == 0);
        }
    }

    @Test
    void aCertificateMustBeTrusted() throws Exception {
        try (RawServer server = tls(RawServer.Peer::readRequest);
                Gate gate = open(everyday())) {
            Failure failure = failure(gate, post(uri("localhost", server)));
            assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
            assertThat(failure.reason()).contains("TLS with localhost:").contains("certification path");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aServerThatSpeaksNoTlsSentNothing() throws Exception {
        try (RawServer server = new RawServer(peer -> peer.sendForEver("HTTP/1.1 400 plain please\r\n\r\n"));
                Gate gate = open(ours)) {
            Failure failure = failure(gate, post(uri("localhost", server)));
            assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
            assertThat(failure.reason()).contains("TLS");
        }
        try (RawServer server = new RawServer(peer -> {});
                Gate gate = open(ours)) {
            assertThat(failure(gate, post(uri("localhost", server))).kind()).isEqualTo(Failure.Kind.CONNECT);
        }
    }

    @Test
    void aServerThatNeverShakesHandsEndsByTheTimeOrByCancel() throws Exception {
        try (RawServer server = new RawServer(RawServer.Peer::awaitEnd);
                Gate gate = open(ours, Gates.limits(10, 10, Duration.ofSeconds(60)))) {
            Failure failure =
                    failure(gate, Gates.request("POST", uri("localhost", server), "", Duration.ofMillis(200)));
            assertThat(failure.kind()).isEqualTo(Failure.Kind.CONNECT);
            await().until(() -> server.connections() == 1 && server.open() == 0);
            Started call = Gates.start(gate, post(uri("localhost", server)));
            await().until(() -> server.connections() == 2);
            call.exchange().cancel();
            assertThat(Gates.asFailure(Gates.await(call.result())).kind()).isEqualTo(Failure.Kind.STOPPED);
            await().until(() -> gate.connectionCount() == 0 && server.open() == 0);
        }
    }

    @Test
    void anAnswerThatIsCutOffIsBroken() throws Exception {
        try (RawServer server = tls(peer -> {
                    peer.readRequest();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                });
                Gate gate = open(ours)) {
            assertThat(failure(gate, post(uri("localhost", server))).kind()).isEqualTo(Failure.Kind.BROKEN);
        }
    }

    private static Gate open(SSLContext tls) {
        return open(tls, Limits.DEFAULT);
    }

    private static Gate open(SSLContext tls, Limits limits) {
        return new Gate(
                Gates.LOOPBACK,
                limits,
                Gates.daemons(),
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                tls);
    }

    private static SSLContext everyday() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        return context;
    }

    private static RawServer tls(RawServer.Script script) throws IOException {
        ServerSocket socket =
                ours.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        return new RawServer(script, socket);
    }

    private static URI uri(String host, RawServer server) {
        return URI.create("https://" + host + ":" + server.port() + "/");
    }
}

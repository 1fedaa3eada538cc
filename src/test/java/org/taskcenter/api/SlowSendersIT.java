package org.taskcenter.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;

/** Clients that send slowly, endlessly, or not to the end, to the packaged program. */
@Timeout(120)
class SlowSendersIT {
    /** More than the server has threads for requests. */
    private static final int MANY = 240;

    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String MESSAGE =
            "{\"message_type\":\"get_status\",\"parameters\":{\"from\":\"slow\",\"id\":\"1\"}}";
    private static final String PAUSED = "{\"paused\":[\"call\"]}";
    private static Centre centre;
    private static String token;
    /** Of an account that is never slow on purpose; some of its bodies come in two pieces nevertheless. */
    private static String quick;

    @BeforeAll
    static void start() {
        centre = Centre.setup().start();
        token = centre.admin().account("slow", "slow");
        quick = centre.admin().account("quick", "quick");
        centre.admin().pause("call");
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    @Test
    void whoSendsSlowlyHoldsUpNobody() throws IOException {
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            senders.add(Sender.of("", head("POST /manager", token, length(MESSAGE)) + MESSAGE));
            senders.add(Sender.of(head("POST /manager", token, length(MESSAGE)), MESSAGE));
            senders.add(Sender.of(head("POST /manager", token, CHUNKED), chunk(MESSAGE) + "0\r\n\r\n"));
            senders.add(Sender.of(head("POST /manager", null, length(MESSAGE)), MESSAGE));
            senders.add(Sender.of(head("PUT /api/admin/dispatch", centre.adminToken(), length(PAUSED)), PAUSED));
        }
        try {
            for (int round = 0; round < 10; round++) {
                for (Sender sender : senders) {
                    sender.sendOne();
                }
                Reply status = centre.manager(quick).status(ManagerClient.one("quick", "1"));
                assertThat(status.status()).isEqualTo(200);
                assertThat(centre.admin().send("GET", "/dispatch", null).status())
                        .isEqualTo(200);
                ObjectNode task = ManagerClient.task("quick", "r" + round, "GET", URI.create("http://127.0.0.1:9/"));
                assertThat(centre.manager(quick).add(task).at("/results/0/code").intValue())
                        .isEqualTo(200);
            }
            assertThat(centre.health("ready")).isEqualTo(200);
            int served = 0;
            for (int i = 0; i < senders.size(); i++) {
                // Whoever was one too many was told to come again, and sent on nevertheless.
                String answer = senders.get(i).sendRest();
                String expected = i % 5 == 3 ? "HTTP/1.1 401 " : "HTTP/1.1 200 ";
                assertThat(answer)
                        .matches(text ->
                                text.isEmpty() || text.startsWith(expected) || text.startsWith("HTTP/1.1 503 "));
                served += answer.startsWith("HTTP/1.1 200 ") ? 1 : 0;
            }
            assertThat(served).isPositive();
        } finally {
            for (Sender sender : senders) {
                sender.close();
            }
        }
    }

    /** Nobody knows whose they are, so no limit of an account counts. */
    @Test
    void whoSendsHeadersSlowlyHoldsUpNobody() throws IOException {
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < 2 * MANY; i++) {
            String route = List.of("GET /api/admin/accounts", "POST /manager", "GET /manager/ws", "GET /health/live")
                    .get(i % 4);
            senders.add(Sender.of(i % 2 == 0 ? "" : route + " HTTP/1.1\r\n", "X-Slow: " + "x".repeat(1_000)));
        }
        try {
            for (int round = 0; round < 20; round++) {
                for (Sender sender : senders) {
                    sender.sendOne();
                }
                assertThat(centre.manager(token)
                                .status(ManagerClient.one("slow", "1"))
                                .status())
                        .isEqualTo(200);
                assertThat(centre.health("ready")).isEqualTo(200);
            }
        } finally {
            for (Sender sender : senders) {
                sender.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST /manager, 16777217",
        "POST /manager, 9999999999",
        "PUT /api/admin/dispatch, 1048577",
        "POST /api/run, 8388609",
        "POST /api/check, 1048577",
        "POST /suno/submit/music, 1048577"
    })
    void whatIsAnnouncedTooLongIsRefusedBeforeItComes(String route, long length) throws IOException {
        try (Sender sender = Sender.of(head(route, centre.adminToken(), "Content-Length: " + length + "\r\n"), "")) {
            assertThat(sender.sendRest()).startsWith("HTTP/1.1 413 ").contains("bytes");
        }
    }

    @ParameterizedTest
    @CsvSource({"POST /manager, 16", "PUT /api/admin/dispatch, 1", "POST /api/run, 8", "POST /suno/submit/music, 1"})
    void whatNeverEndsIsRefusedWhenItIsTooLong(String route, int mebibytes) throws IOException {
        try (Sender sender = Sender.of(head(route, centre.adminToken(), CHUNKED), "")) {
            String piece = chunk(" ".repeat(64 * 1024));
            for (int i = 0; i < mebibytes * 16; i++) {
                sender.send(piece);
            }
            sender.send(chunk(" "));
            assertThat(sender.sendRest()).startsWith("HTTP/1.1 413 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /manager", "PUT /api/admin/dispatch"})
    void whatBreaksOffHarmsNobody(String route) throws IOException {
        for (int i = 0; i < MANY; i++) {
            try (Sender sender = Sender.of(head(route, centre.adminToken(), length(MESSAGE)), "")) {
                sender.send(MESSAGE.substring(0, i % MESSAGE.length()));
            }
        }
        assertThat(centre.manager(token).status(ManagerClient.one("slow", "1")).status())
                .isEqualTo(200);
        assertThat(centre.output()).noneMatch(line -> line.contains("TC00790") || line.contains("TC00701"));
    }

    /** Large bodies come in pieces: they are waited for, and whole when they are served. */
    @ParameterizedTest
    @ValueSource(strings = {"POST /manager", "POST /manager?a=b&c=%20", "POST /manager/"})
    void whatComesInPiecesIsWhole(String route) throws IOException {
        String message = MESSAGE + " ".repeat(3_000_000);
        for (String framing : List.of(length(message), CHUNKED)) {
            String head = head(route, token, framing + "Content-Type: application/x-www-form-urlencoded\r\n");
            String body = framing.equals(CHUNKED) ? chunk(message) + "0\r\n\r\n" : message;
            try (Sender sender = Sender.of(head, "")) {
                sender.send(body.substring(0, 10));
                sender.send(body.substring(10, 1_000_000));
                sender.send(body.substring(1_000_000));
                assertThat(sender.sendRest()).startsWith("HTTP/1.1 200 ").contains("get_status_response");
            }
        }
    }

    /** All of them together would fill the memory. */
    @Test
    void longBodiesThatComeSlowlyAreReadWhereThereIsRoomForThem() throws Exception {
        List<Sender> senders = new ArrayList<>();
        ExecutorService clients = Executors.newCachedThreadPool();
        List<Future<?>> sent = new ArrayList<>();
        String piece = " ".repeat(1 << 20);
        try {
            for (int account = 0; account < 6; account++) {
                String its = centre.admin().account("long-" + account, "long-" + account);
                for (int i = 0; i < 8; i++) {
                    Sender sender = Sender.of(head("POST /manager", its, "Content-Length: " + (16 << 20) + "\r\n"), "");
                    senders.add(sender);
                    sent.add(clients.submit(() -> {
                        for (int part = 0; part < 13; part++) {
                            sender.sendUnlessRefused(piece);
                        }
                        return null;
                    }));
                }
            }
            for (int i = 0; i < 20; i++) {
                try (Sender small = Sender.of(head("POST /manager", quick, length(MESSAGE)), "")) {
                    small.send(MESSAGE.substring(0, 10));
                    small.send(MESSAGE.substring(10));
                    assertThat(small.sendRest()).startsWith("HTTP/1.1 403 ");
                }
            }
            for (Future<?> one : sent) {
                one.get();
            }
            assertThat(centre.manager(quick)
                            .status(ManagerClient.one("quick", "1"))
                            .status())
                    .isEqualTo(200);
            assertThat(centre.health("ready")).isEqualTo(200);
        } finally {
            clients.shutdown();
            for (Sender sender : senders) {
                sender.close();
            }
        }
    }

    /** Nothing of a body is left for the next request of its connection. */
    @Test
    void largeBodiesOneAfterTheOtherAreAllWhole() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(4);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            answers.add(clients.submit(() -> {
                HttpClient http = HttpClient.newHttpClient();
                int good = 0;
                for (int i = 0; i < 60; i++) {
                    HttpRequest request = HttpRequest.newBuilder(centre.uri("/manager"))
                            .header("Authorization", "Bearer " + token)
                            .POST(BodyPublishers.ofString(MESSAGE + " ".repeat(200_000 + i)))
                            .build();
                    good += http.send(request, BodyHandlers.ofString()).statusCode() == 200 ? 1 : 0;
                }
                return good;
            }));
        }
        for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isEqualTo(60);
        }
        clients.shutdown();
    }

    private static String head(String route, String bearer, String framing) {
        String authorization = bearer == null ? "" : "Authorization: Bearer " + bearer + "\r\n";
        return route + " HTTP/1.1\r\nHost: centre\r\n" + authorization + framing + "\r\n";
    }

    private static String length(String body) {
        return "Content-Length: " + body.getBytes(UTF_8).length + "\r\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** One connection. */
    private static final class Sender implements AutoCloseable {
        private final Socket socket;
        private final byte[] slowly;
        private int sent;

        private Sender(byte[] slowly) throws IOException {
            this.slowly = slowly;
            socket = new Socket(
                    InetAddress.getByName("127.0.0.1"), centre.baseUri().getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
        }

        static Sender of(String atOnce, String slowly) {
            try {
                Sender sender = new Sender(slowly.getBytes(ISO_8859_1));
                sender.send(atOnce);
                return sender;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(ISO_8859_1));
        }

        void sendUnlessRefused(String text) throws IOException {
            try {
                send(text);
            } catch (SocketException e) {
                // The other side has closed.
                return;
            }
        }

        void sendOne() throws IOException {
            try {
                socket.getOutputStream().write(slowly, sent++, 1);
            } catch (SocketException e) {
                // The other side has closed: its answer tells why.
                return;
            }
        }

        /** Sends what is left, and returns the answer: its head and what comes of its body together with that. */
        String sendRest() throws IOException {
            try {
                return answer();
            } catch (SocketException e) {
                return "";
            }
        }

        private String answer() throws IOException {
            socket.getOutputStream().write(slowly, sent, slowly.length - sent);
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            byte[] part = new byte[8_192];
            while (!isWhole(answer)) {
                int read = in.read(part);
                if (read < 0) {
                    break;
                }
                answer.append(new String(part, 0, read, UTF_8));
            }
            return answer.toString();
        }

        private static boolean isWhole(StringBuilder answer) {
            int end = answer.indexOf("\r\n\r\n");
            return end >= 0 && answer.indexOf("}", end) >= 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

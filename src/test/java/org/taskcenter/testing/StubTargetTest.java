package org.taskcenter.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StubTargetTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final StubTarget target = StubTarget.start();

    @AfterEach
    void close() {
        target.close();
    }

    @Test
    void answersAndRemembersWhatItWasAsked() throws Exception {
        target.on("/a", Answer.of(503, "later").header("Retry-After", "1"), Answer.of(201, "größer"));

        HttpResponse<String> first = post("/a?x=1", "text 1");
        HttpResponse<String> second = post("/a?x=2", "y".repeat(1_000_000));

        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("retry-after")).contains("1");
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo("größer");
        assertThat(target.requests("/a")).hasSize(2);
        Received received = target.requests().get(0);
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.target()).isEqualTo("/a?x=1");
        assertThat(received.body()).isEqualTo("text 1");
        assertThat(received.header("idempotency-key")).contains("k");
        assertThat(received.at()).isLessThan(target.requests().get(1).at());
        assertThat(target.requests().get(1).body()).hasSize(1_000_000);
        assertThat(target.countsByKey()).containsEntry("k", 2);
    }

    @Test
    void answersAHeadWithoutABody() throws Exception {
        HttpRequest head = HttpRequest.newBuilder(target.uri("/"))
                .method("HEAD", BodyPublishers.noBody())
                .build();
        assertThat(CLIENT.send(head, BodyHandlers.ofString()).body()).isEmpty();
        assertThat(post("/", "").body()).isEqualTo("ok");
    }

    @Test
    void letsRequestsHangUntilTheyAreReleasedAndServesOthersMeanwhile() throws Exception {
        CompletableFuture<Void> release = target.hang("/slow");
        CompletableFuture<HttpResponse<String>> slow = send("/slow", "");
        await().until(() -> target.count() == 1);

        assertThat(post("/fast", "").body()).isEqualTo("ok");
        assertThat(slow).isNotDone();

        release.complete(null);
        assertThat(slow.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void noticesAClientThatGoesAway() throws Exception {
        target.hang("/slow");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
            client.getOutputStream().write("GET /slow HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            await().until(() -> target.count() == 1);
            assertThat(target.abandoned()).isZero();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> target.abandoned() == 1);
    }

    @Test
    void answersRequestsThatWereSentAhead() throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
            String twice = "GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc";
            client.getOutputStream().write(twice.getBytes(ISO_8859_1));
            await().until(() -> target.count() == 2);
        }
        assertThat(target.requests()).extracting(Received::body).containsExactly("", "abc");
    }

    @Test
    void sendsHostileAnswersToTheLetter() throws Exception {
        target.on("/short", Answer.of(200, "12345").claiming(10).then(Answer.Then.CLOSE));
        target.on("/long", Answer.of(200, "1234567890").claiming(5));
        target.on("/raw", Answer.raw(new byte[] {'n', 'o', 0, (byte) 0xff}));
        target.on("/reset", Answer.nothing().then(Answer.Then.RESET));
        target.on("/large", Answer.large(50_000_000));

        assertThatThrownBy(() -> post("/short", "")).isInstanceOf(IOException.class);
        assertThat(post("/long", "").body()).isEqualTo("12345");
        assertThatThrownBy(() -> post("/raw", "")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> post("/reset", "")).isInstanceOf(IOException.class);
        assertThat(post("/large", "").body()).hasSize(50_000_000);
    }

    @Test
    void goesOnForEverUntilTheClientHasEnough() throws Exception {
        target.on("/endless", Answer.endless());
        HttpResponse<InputStream> answer =
                CLIENT.send(HttpRequest.newBuilder(target.uri("/endless")).build(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            assertThat(body.readNBytes(10_000_000)).hasSize(10_000_000);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> target.abandoned() == 1);
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return CLIENT.send(request(target.uri(path), body), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> send(String path, String body) {
        return CLIENT.sendAsync(request(target.uri(path), body), BodyHandlers.ofString());
    }

    private static HttpRequest request(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .header("Idempotency-Key", "k")
                .version(HttpClient.Version.HTTP_1_1)
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}

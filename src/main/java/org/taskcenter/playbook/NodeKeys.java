package org.taskcenter.playbook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gets the SSH keys of single nodes from where the operator keeps them. What the operator names is not guarded by address rules. */
public final class NodeKeys {
    private static final int LONGEST = 1 << 16;
    private final URI url;
    private final Duration patience;
    private final HttpClient client;

    /** @param url with a node's name appended, what answers its key */
    public NodeKeys(URI url) {
        this(url, Duration.ofSeconds(10));
    }

    NodeKeys(URI url, Duration patience) {
        this.url = url;
        this.patience = patience;
        client = HttpClient.newBuilder().connectTimeout(patience).build();
    }

    /**
     * The text of the private key for a node. Waits for it, 10 s at most.
     *
     * @throws IOException where there is none to be had; its message says why, for whoever waits for the node
     */
    public String get(String node) throws IOException, InterruptedException {
        String name = URLEncoder.encode(node, StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + name)).timeout(patience).build();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(
                request,
                HttpResponse.BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> append(body, bytes))));
        try {
            int status = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            String key = body.toString(StandardCharsets.UTF_8);
            if (status != 200 || key.isBlank()) {
                throw failure(node, status == 200 ? "the answer is empty" : "the answer is " + status);
            }
            return key;
        } catch (TimeoutException e) {
            throw failure(node, "no answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw failure(node, cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        } finally {
            answer.cancel(true); // nobody waits for it any more
        }
    }

    private static void append(ByteArrayOutputStream body, byte[] bytes) {
        if (body.size() + bytes.length > LONGEST) {
            throw new IllegalStateException("the answer is longer than " + LONGEST + " bytes");
        }
        body.writeBytes(bytes);
    }

    private IOException failure(String node, String reason) {
        return new IOException("no SSH key for " + node + " from " + url.getHost() + ": " + reason);
    }
}

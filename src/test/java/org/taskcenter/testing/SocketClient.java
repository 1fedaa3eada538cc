package org.taskcenter.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A client of the Manager API over its WebSocket: keeps what it is sent. */
public final class SocketClient implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private final List<JsonNode> results = new ArrayList<>();
    private final List<JsonNode> answers = new ArrayList<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final boolean acknowledges;
    private final boolean reads;
    private final WebSocket socket;

    /** One that reads all it is sent and acknowledges no result. */
    public static SocketClient open(Centre centre, String token) {
        return new SocketClient(centre, token, false, true);
    }

    /** One that acknowledges each result at once. */
    public static SocketClient acknowledging(Centre centre, String token) {
        return new SocketClient(centre, token, true, true);
    }

    /** One that reads nothing. */
    public static SocketClient deaf(Centre centre, String token) {
        return new SocketClient(centre, token, false, false);
    }

    /** The status that a handshake is answered with; 101 where it succeeds. */
    public static int handshake(Centre centre, String token) {
        try {
            new SocketClient(centre, token, false, true).close();
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    private SocketClient(Centre centre, String token, boolean acknowledges, boolean reads) {
        this.acknowledges = acknowledges;
        this.reads = reads;
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        URI uri = URI.create(centre.uri("/manager/ws").toString().replace("http://", "ws://"));
        socket = builder.buildAsync(uri, new Listener()).join();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onOpen(WebSocket opened) {
            if (reads) {
                opened.request(1);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                take(from, text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket closed, int code, String reason) {
            ended.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket broken, Throwable error) {
            ended.complete(0);
        }
    }

    private void take(WebSocket from, String text) {
        JsonNode message = parse(text);
        boolean result = message.at("/message_type").asText().equals("get_status_response")
                && !message.at("/results/0/result").isNull();
        synchronized (this) {
            (result ? results : answers).add(message);
        }
        if (result && acknowledges) {
            acknowledge(from, message);
        }
    }

    private static void acknowledge(WebSocket socket, JsonNode message) {
        var ack = JsonClient.JSON.createObjectNode().put("message_type", "ack_result");
        ack.putObject("parameters")
                .put("from", message.at("/results/0/from").asText())
                .put("id", message.at("/results/0/id").asText());
        socket.sendText(ack.toString(), true).join();
    }

    private static JsonNode parse(String text) {
        try {
            return JsonClient.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /** Sends a message. */
    public void send(String type, JsonNode parameters) {
        var envelope = JsonClient.JSON.createObjectNode().put("message_type", type);
        envelope.set("parameters", parameters);
        sendText(envelope.toString());
    }

    /** Sends this as it is. */
    public void sendText(String text) {
        socket.sendText(text, true).join();
    }

    /** Sends this as a binary message. */
    public void sendBytes(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Sends a part of a message that goes on. */
    public void sendPart(String text) {
        socket.sendText(text, false).join();
    }

    /** The ids of the tasks whose results have come, in order. */
    public synchronized List<String> ids() {
        return results.stream()
                .map(message -> message.at("/results/0/id").asText())
                .toList();
    }

    /** The results that have come. */
    public synchronized List<JsonNode> results() {
        return List.copyOf(results);
    }

    /** The answers that have come: everything that is no result. */
    public synchronized List<JsonNode> answers() {
        return List.copyOf(answers);
    }

    /** The code it was closed with by the other side; 0 where it just broke. Not complete while it stands. */
    public CompletableFuture<Integer> ended() {
        return ended;
    }

    /** Breaks the connection. */
    public void cut() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
}

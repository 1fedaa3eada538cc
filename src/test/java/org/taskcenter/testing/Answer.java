package org.taskcenter.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a {@link StubTarget} sends for one request: well-behaved or hostile. Immutable, can be sent any number of times. */
public final class Answer {

    /** What becomes of the connection when all has been sent. */
    public enum Then {
        /** The next request may come. */
        KEEP,
        /** Closed in order. */
        CLOSE,
        /** Reset (RST). */
        RESET,
        /** Left open in silence for as long as the client waits. */
        STALL
    }

    private static final int FILLER = 64 * 1024;

    private final String startLine; // empty: nothing but the body's bytes is sent
    private final Map<String, String> headers;
    private final byte[] head;
    private final byte[] part;
    private final long length;
    private final Then then;
    private final CompletableFuture<?> release;

    private Answer(
            String startLine,
            Map<String, String> headers,
            byte[] part,
            long length,
            Then then,
            CompletableFuture<?> release) {
        this.startLine = startLine;
        this.headers = headers;
        this.head = head(startLine, headers);
        this.part = part;
        this.length = length;
        this.then = then;
        this.release = release;
    }

    /** A body in UTF-8, with its Content-Length; the connection is kept. */
    public static Answer of(int code, String body) {
        return of(code, body.getBytes(UTF_8)).header("Content-Type", "text/plain; charset=UTF-8");
    }

    /** A body of these bytes, with its Content-Length and no Content-Type; the connection is kept. */
    public static Answer of(int code, byte[] body) {
        return new Answer(
                "HTTP/1.1 " + code + " " + (code < 400 ? "Fine" : "Not fine"),
                Map.of("Content-Length", String.valueOf(body.length)),
                body.clone(),
                body.length,
                Then.KEEP,
                CompletableFuture.completedFuture(null));
    }

    /** Exactly these bytes in place of an HTTP answer, then the connection is closed. */
    public static Answer raw(byte[] bytes) {
        return new Answer(
                "", Map.of(), bytes.clone(), bytes.length, Then.CLOSE, CompletableFuture.completedFuture(null));
    }

    /** Not a byte, and the connection is closed. */
    public static Answer nothing() {
        return raw(new byte[0]);
    }

    /** 200 and a body of this many bytes (the letter x), with its Content-Length, made while it is sent. */
    public static Answer large(long bytes) {
        Answer small = of(200, "x".repeat(FILLER));
        return new Answer(small.startLine, small.headers, small.part, bytes, Then.KEEP, small.release)
                .header("Content-Length", String.valueOf(bytes));
    }

    /** 200 and a body that does not end before the client goes away; no Content-Length. */
    public static Answer endless() {
        return large(Long.MAX_VALUE).header("Content-Length", null).then(Then.CLOSE);
    }

    /** With this header as well, or in place of the one of this name; null takes it away. */
    public Answer header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (value == null) {
            all.remove(name);
        } else {
            all.put(name, value);
        }
        return new Answer(startLine, all, part, length, then, release);
    }

    /** With this Content-Length, whatever the body's length is. */
    public Answer claiming(long contentLength) {
        return header("Content-Length", String.valueOf(contentLength));
    }

    /** With this done to the connection at the end. */
    public Answer then(Then what) {
        return new Answer(startLine, headers, part, length, what, release);
    }

    /** Not sent before this is complete (also if it completes with a failure). */
    public Answer when(CompletableFuture<?> released) {
        return new Answer(startLine, headers, part, length, then, released);
    }

    byte[] head() {
        return head;
    }

    /** The body is this, repeated and cut to {@link #length}. */
    byte[] part() {
        return part;
    }

    long length() {
        return length;
    }

    Then then() {
        return then;
    }

    CompletableFuture<?> release() {
        return release;
    }

    private static byte[] head(String startLine, Map<String, String> headers) {
        if (startLine.isEmpty()) {
            return new byte[0];
        }
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }
}

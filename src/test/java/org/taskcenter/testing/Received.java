package org.taskcenter.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request that reached a {@link StubTarget}. Headers are parsed only when asked for, since a benchmark never asks.
 */
public final class Received {

    private final String method;
    private final String target;
    private final byte[] head;
    private final byte[] body;
    private final long at;

    Received(String method, String target, byte[] head, byte[] body, long at) {
        this.method = method;
        this.target = target;
        this.head = head;
        this.body = body;
        this.at = at;
    }

    public String method() {
        return method;
    }

    /** Path and query, as sent. */
    public String target() {
        return target;
    }

    /** Without the query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** All headers, names without regard to case; of several with one name the values joined by a comma. */
    public Map<String, String> headers() {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        new String(head, ISO_8859_1).lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                all.merge(line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
            }
        });
        return Collections.unmodifiableMap(all);
    }

    /** The value of one header, its name without regard to case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers().get(name));
    }

    /** The body decoded as UTF-8. */
    public String body() {
        return new String(body, UTF_8);
    }

    public byte[] bytes() {
        return body.clone();
    }

    /** {@link System#nanoTime()} at its arrival; on Linux comparable with that of another JVM on the same machine. */
    public long at() {
        return at;
    }

    int size() {
        return head.length + body.length;
    }

    @Override
    public String toString() {
        return method + " " + target + " " + headers() + " " + body();
    }
}

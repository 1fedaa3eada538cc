package org.taskcenter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What the centre's calls go to in tests: a small HTTP/1.1 server on 127.0.0.1 that does as it is told for each path
 * (200 and "ok" where it was told nothing) and remembers what reached it. One thread, fast enough to never be what a
 * benchmark measures. Request bodies need a Content-Length.
 */
public final class StubTarget implements AutoCloseable {

    private static final long BUDGET = 64 * 1024 * 1024;
    private static final Answer FINE = Answer.of(200, "ok");

    private final Map<String, Function<Received, Answer>> behaviours = new ConcurrentHashMap<>();
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final Records records;
    private final Selector selector;
    private final ServerSocketChannel server;
    private final Thread loop;
    private boolean closed; // the loop's

    private StubTarget(Records records, int port) throws IOException {
        this.records = records;
        selector = Selector.open();
        server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        loop = new Thread(this::run, "stub-target-" + server.socket().getLocalPort());
        loop.setDaemon(true);
        loop.start();
    }

    /** A running one on a free port. */
    public static StubTarget start() {
        return start(0);
    }

    /** A running one on this port, for a target that was away and comes back. */
    public static StubTarget start(int port) {
        return start(new Records(BUDGET), port);
    }

    /** A running one that counts requests and remembers nothing of them, for benchmarks. */
    public static StubTarget forgetful() {
        return start(null, 0);
    }

    private static StubTarget start(Records records, int port) {
        try {
            return new StubTarget(records, port);
        } catch (IOException e) {
            throw new UncheckedIOException("The stub target cannot listen on 127.0.0.1:" + port, e);
        }
    }

    /** The address of a path (with a query where wanted) on this target. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public int port() {
        return server.socket().getLocalPort();
    }

    /** Answers requests for this path (without query) so, one after the other; the last one for all that follow. */
    public StubTarget on(String path, Answer first, Answer... next) {
        AtomicInteger turn = new AtomicInteger();
        return on(path, request -> {
            int which = Math.min(turn.getAndIncrement(), next.length);
            return which == 0 ? first : next[which - 1];
        });
    }

    /** Answers requests for this path (without query) with what the function says; it must not wait for anything. */
    public StubTarget on(String path, Function<Received, Answer> behaviour) {
        behaviours.put(path, behaviour);
        return this;
    }

    /** Lets requests for this path wait until the future is completed, then answers 200. */
    public CompletableFuture<Void> hang(String path) {
        CompletableFuture<Void> release = new CompletableFuture<>();
        on(path, FINE.when(release));
        return release;
    }

    /** How many requests have arrived. */
    public long count() {
        return count.get();
    }

    /** How many clients went away before they had their answer. */
    public long abandoned() {
        return abandoned.get();
    }

    /** The latest requests (those of the last 64 MiB), oldest first. */
    public List<Received> requests() {
        return records.latest();
    }

    /** Those of {@link #requests()} for this path. */
    public List<Received> requests(String path) {
        return requests().stream()
                .filter(request -> request.path().equals(path))
                .toList();
    }

    /** How often each Idempotency-Key has arrived, of all requests ever. */
    public Map<String, Integer> countsByKey() {
        return records.byKey();
    }

    @Override
    public void close() {
        later(() -> closed = true);
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector;
                server) {
            while (!closed) {
                selector.select(this::serve);
                for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SelectionKey key) {
        if (key.attachment() instanceof Exchange exchange) {
            exchange.ready();
        } else {
            accept();
        }
    }

    private void accept() {
        try {
            SocketChannel channel = server.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new Exchange(channel, key, new Recording(), this::later));
            }
        } catch (IOException e) {
            abandoned.incrementAndGet();
        }
    }

    private void later(Runnable order) {
        orders.add(order);
        selector.wakeup();
    }

    private final class Recording implements Exchange.Handler {

        @Override
        public Answer answer(Received request) {
            if (records != null) {
                records.add(request);
            }
            Function<Received, Answer> behaviour = behaviours.get(request.path());
            Answer answer = FINE;
            if (behaviour != null) {
                try {
                    answer = behaviour.apply(request);
                } catch (RuntimeException e) {
                    answer = Answer.of(500, "The test's own behaviour failed: " + e);
                }
            }
            count.incrementAndGet();
            return answer;
        }

        @Override
        public void abandoned() {
            abandoned.incrementAndGet();
        }
    }
}

package org.taskcenter.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.StubTarget;

/** The target of the bench's calls, in a JVM of its own: counts, and tells how long calls took to get here. */
final class Sink implements AutoCloseable {

    private static final String SENT = "?sent=";

    private final Process process;
    private final URI base;
    private final Wire control;

    /** Starts it; it ends with this JVM. */
    Sink() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sink.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String port = process.inputReader().readLine();
        if (port == null) {
            throw new IOException("the stub target does not start");
        }
        base = URI.create("http://127.0.0.1:" + port);
        control = new Wire(base);
    }

    /** Where calls go. */
    URI uri() {
        return base.resolve("/call");
    }

    /** Where a call goes whose way is to be timed, with the present time in it. */
    URI timed() {
        return URI.create(uri() + SENT + System.nanoTime());
    }

    /** How many calls have arrived. */
    synchronized long count() {
        return Long.parseLong(ask("/count"));
    }

    /** Milliseconds from sending to arrival of the timed calls since this was last asked. */
    synchronized List<Double> latencies() {
        return Stream.of(ask("/latencies").split(" "))
                .filter(text -> !text.isEmpty())
                .map(nanos -> Long.parseLong(nanos) / 1e6)
                .toList();
    }

    @Override
    public void close() throws IOException {
        control.close();
        process.destroy();
    }

    private String ask(String path) {
        try {
            control.send(Wire.request("POST", base.resolve(path), null, ""));
            return control.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The other JVM: prints its port and ends when its input does. */
    public static void main(String[] args) throws IOException {
        AtomicLong count = new AtomicLong();
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        Answer answer = Answer.of(200, Messages.BODY);
        try (StubTarget target = StubTarget.forgetful()) {
            target.on("/call", request -> {
                count.incrementAndGet();
                note(request, nanos);
                return answer;
            });
            target.on("/count", request -> Answer.of(200, count.toString()));
            target.on("/latencies", request -> Answer.of(200, drained(nanos)));
            System.out.println(target.port());
            while (System.in.read() >= 0) {
                continue; // nothing is said on it; only its end counts
            }
        }
    }

    private static void note(Received request, ConcurrentLinkedQueue<Long> nanos) {
        int sent = request.target().indexOf(SENT);
        if (sent >= 0) {
            nanos.add(request.at() - Long.parseLong(request.target().substring(sent + SENT.length())));
        }
    }

    private static String drained(ConcurrentLinkedQueue<Long> nanos) {
        return Stream.generate(nanos::poll)
                .takeWhile(each -> each != null)
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }
}

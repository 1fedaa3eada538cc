package org.taskcenter.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;

/** What is measured of a centre: how fast it accepts, how fast it works off what waits, and how soon it begins. */
final class CentreBench implements AutoCloseable {

    private static final int CONNECTIONS_ONE = 16;
    private static final int CONNECTIONS_MANY = 4;
    private static final int WARMING = 80_000;
    private static final int TIMED = 500;
    private static final long TIMED_EVERY = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String DATABASE = "centre";
    private static final Messages MESSAGES = Messages.from("bench");
    private static final byte[] ACK = "\"ack\"".getBytes(US_ASCII);

    private final PostgresServer server;
    private final Sink sink;
    private final Centre centre;
    private final Profile profile;
    private final String token;
    private final Connection database;
    private int messages;

    CentreBench(PostgresServer server, Sink sink, Profile profile) throws SQLException {
        this.server = server;
        this.sink = sink;
        this.profile = profile;
        server.createDatabase(DATABASE);
        centre = Centre.setup().fastInTheLongRun().on(server, DATABASE).start();
        token = centre.admin().account("bench", "bench");
        database = server.connect(DATABASE);
    }

    /** The JVM compiles for about a minute what a request needs. */
    void warmUp() throws Exception {
        long before = sink.count();
        send(CONNECTIONS_ONE, singles(WARMING), 1);
        awaitDone(before + WARMING);
    }

    /** Accepts while nothing is worked off, then lets it all be done. */
    void accept(int tasks, Results results) throws Exception {
        centre.admin().pause("call");
        long before = sink.count();
        byte[][] single = singles(tasks);
        profile.start("accept-one", centre.pid());
        results.add(Metric.ACCEPT_ONE, tasks / send(CONNECTIONS_ONE, single, 1));
        profile.stop();
        byte[][] many = batches(3 * tasks);
        profile.start("accept-many", centre.pid());
        results.add(Metric.ACCEPT_MANY, 3 * tasks / send(CONNECTIONS_MANY, many, Messages.BATCH));
        profile.stop();
        centre.admin().pause();
        awaitDone(before + 4L * tasks);
    }

    /** From the word to go on until all calls have arrived and all tasks are stored as succeeded. */
    void drain(int tasks, Results results) throws Exception {
        centre.admin().pause("call");
        long before = sink.count();
        send(CONNECTIONS_MANY, batches(tasks), Messages.BATCH);
        if (sink.count() != before) {
            throw new IllegalStateException("calls are made although their kind is paused");
        }
        profile.start("drain", centre.pid());
        double centreCpu = Usage.cpuMillis(centre.pid());
        double postgresCpu = Usage.cpuMillis(server.processIds());
        long start = System.nanoTime();
        centre.admin().pause();
        awaitDone(before + tasks);
        double seconds = (System.nanoTime() - start) / 1e9;
        results.add(Metric.DRAIN_CPU_CENTRE, (Usage.cpuMillis(centre.pid()) - centreCpu) / tasks);
        results.add(Metric.DRAIN_CPU_POSTGRES, (Usage.cpuMillis(server.processIds()) - postgresCpu) / tasks);
        results.add(Metric.DRAIN, tasks / seconds);
        profile.stop();
    }

    /** As {@link #drain}, where each result is pushed to the same place; until all of that has arrived and is stored. */
    void drainPushed(int tasks, Results results) throws Exception {
        centre.admin().pause("call", "push");
        long before = sink.count();
        byte[][] requests = IntStream.range(0, tasks / Messages.BATCH)
                .mapToObj(i -> request(MESSAGES.many(nextId(), sink.uri(), sink.uri())))
                .toArray(byte[][]::new);
        send(CONNECTIONS_MANY, requests, Messages.BATCH);
        profile.start("drain-pushed", centre.pid());
        long start = System.nanoTime();
        centre.admin().pause();
        awaitDone(before + 2L * tasks);
        results.add(Metric.DRAIN_PUSHED, tasks / ((System.nanoTime() - start) / 1e9));
        profile.stop();
    }

    /** Single tasks at a steady rate, whether or not the one before is answered. */
    void latency(Results results) throws Exception {
        sink.latencies();
        long before = sink.count();
        profile.start("latency", centre.pid());
        long start = System.nanoTime();
        Load.seconds(CONNECTIONS_MANY, TIMED, () -> new Wire(centre.baseUri()), (wire, index) -> {
            long due = start + (index + 1) * TIMED_EVERY;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            acknowledged(wire, request(MESSAGES.one("timed-" + start + "-" + index, sink.timed())), 1);
        });
        awaitDone(before + TIMED);
        profile.stop();
        List<Double> millis = sink.latencies();
        results.add(Metric.LATENCY_P50, Results.quantile(millis, 0.5));
        results.add(Metric.LATENCY_P99, Results.quantile(millis, 0.99));
    }

    void memory(Results results) throws IOException {
        results.add(Metric.MEMORY, Usage.memory(centre.pid()));
    }

    @Override
    public void close() throws SQLException {
        database.close();
        centre.close();
    }

    private byte[][] singles(int tasks) {
        return IntStream.range(0, tasks)
                .mapToObj(i -> request(MESSAGES.one(nextId(), sink.uri())))
                .toArray(byte[][]::new);
    }

    private byte[][] batches(int tasks) {
        return IntStream.range(0, tasks / Messages.BATCH)
                .mapToObj(i -> request(MESSAGES.many(nextId(), sink.uri())))
                .toArray(byte[][]::new);
    }

    private byte[] request(String message) {
        return Wire.request("POST", centre.uri("/manager"), token, message);
    }

    private String nextId() {
        return "m" + ++messages;
    }

    private double send(int connections, byte[][] requests, int tasksEach) throws Exception {
        URI base = centre.baseUri();
        return Load.seconds(
                connections,
                requests.length,
                () -> new Wire(base),
                (wire, index) -> acknowledged(wire, requests[index], tasksEach));
    }

    private static void acknowledged(Wire wire, byte[] request, int tasks) throws IOException {
        if (wire.send(request) != 200 || wire.occurrences(ACK) != tasks) {
            throw new IllegalStateException("the centre did not take " + tasks + " tasks but answered " + wire.body());
        }
    }

    private void awaitDone(long calls) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (sink.count() < calls || open()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("after " + PATIENCE.toSeconds() + " s not all is done: " + sink.count()
                        + " calls of " + calls + "; the centre says:\n" + String.join("\n", centre.output()));
            }
            // Asking all the time would take from what is measured.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        if (is("exists (select from task where state <> 'succeeded')") || sink.count() != calls) {
            throw new IllegalStateException("not every task succeeded by one call: " + sink.count() + " calls for "
                    + calls + "; the centre says:\n" + String.join("\n", centre.output()));
        }
    }

    private boolean open() throws SQLException {
        return is("exists (select from task where state = 'waiting')"
                + " or exists (select from task where state = 'running')");
    }

    private boolean is(String condition) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("select " + condition)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}

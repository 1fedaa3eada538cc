package org.taskcenter.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.taskcenter.testing.Centre;

/** How soon a client's few tasks begin while very many of another client wait. */
final class FairnessBench implements AutoCloseable {
    private static final int CROWD = 100_000;
    private static final int CONNECTIONS = 4;
    private static final int TIMED = 20;
    private static final long TIMED_EVERY = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Sink sink;
    private final Centre centre;

    /** With a centre of its own, which has made no call yet. */
    FairnessBench(Sink sink, Centre centre) {
        this.sink = sink;
        this.centre = centre;
    }

    /**
     * Milliseconds from sending to arrival at the target.
     *
     * @param first where that of the client's first task ever goes
     * @param worst where the longest goes
     */
    void measure(Results results, Metric first, Metric worst) throws Exception {
        centre.admin().pause("call");
        String greedy = centre.admin().account("greedy", "greedy");
        String modest = centre.admin().account("modest", "modest");
        byte[][] crowd = IntStream.range(0, CROWD / Messages.BATCH)
                .mapToObj(i -> request(greedy, Messages.from("greedy").many("m" + i, sink.uri())))
                .toArray(byte[][]::new);
        Load.seconds(CONNECTIONS, crowd.length, () -> new Wire(centre.baseUri()), (wire, i) -> send(wire, crowd[i]));
        sink.latencies();
        long before = sink.count();
        centre.admin().pause();
        await(() -> sink.count() > before);
        try (Wire wire = new Wire(centre.baseUri())) {
            for (int i = 0; i < TIMED; i++) {
                send(wire, request(modest, Messages.from("modest").one("m" + i, sink.timed())));
                LockSupport.parkNanos(TIMED_EVERY);
            }
        }
        if (sink.count() >= before + CROWD) {
            throw new IllegalStateException("the crowd was done before the few were sent");
        }
        List<Double> millis = new ArrayList<>();
        await(() -> {
            millis.addAll(sink.latencies());
            return millis.size() == TIMED;
        });
        results.add(first, millis.get(0));
        results.add(worst, Results.quantile(millis, 1));
    }

    private byte[] request(String token, String message) {
        return Wire.request("POST", centre.uri("/manager"), token, message);
    }

    private static void send(Wire wire, byte[] request) throws IOException {
        if (wire.send(request) != 200) {
            throw new IllegalStateException("the centre answered " + wire.body());
        }
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the calls do not come; the centre says:\n" + String.join("\n", centre.output()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Override
    public void close() {
        centre.close();
    }
}

package org.taskcenter.gate;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.taskcenter.testing.StubTarget;

/**
 * Prints how fast the gate alone is: POSTs of 300 bytes to a stub in the same process. Arguments: calls a round, in
 * flight, host name to call by (127.0.0.1, or localhost to have look-ups in it).
 */
final class Throughput {
    private static final int ROUNDS = 6;

    private Throughput() {}

    public static void main(String[] args) throws InterruptedException {
        int calls = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int inFlight = args.length > 1 ? Integer.parseInt(args[1]) : 64;
        String host = args.length > 2 ? args[2] : "127.0.0.1";
        try (StubTarget target = StubTarget.forgetful();
                Gate gate = new Gate(Gates.allowing("127.0.0.0/8, ::1"), Limits.DEFAULT, Thread::new)) {
            URI uri = URI.create("http://" + host + ":" + target.port() + "/");
            for (int round = 1; round <= ROUNDS; round++) {
                measure(gate, uri, calls, inFlight);
            }
        }
    }

    private static void measure(Gate gate, URI uri, int calls, int inFlight) throws InterruptedException {
        Request request = new Request(
                "POST",
                uri,
                List.of(
                        new Header("Content-Type", "application/xml; charset=UTF-8"),
                        new Header("Idempotency-Key", "k")),
                new byte[300],
                Duration.ofSeconds(60),
                Request.MAX_BODY);
        AtomicInteger left = new AtomicInteger(calls);
        LongAdder failures = new LongAdder();
        CountDownLatch done = new CountDownLatch(inFlight);
        long cpu = cpu();
        long start = System.nanoTime();
        for (int i = 0; i < inFlight; i++) {
            again(gate, request, left, failures, done);
        }
        done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuMicros = (cpu() - cpu) / 1e3 / calls;
        System.out.printf(
                "%d calls, %d in flight: %.0f/s, %.1f us CPU a call (client and stub), %d failures, %d connections%n",
                calls, inFlight, calls / seconds, cpuMicros, failures.sum(), gate.connectionCount());
    }

    private static void again(Gate gate, Request request, AtomicInteger left, LongAdder failures, CountDownLatch done) {
        if (left.getAndDecrement() <= 0) {
            done.countDown();
            return;
        }
        gate.send(request, result -> {
            if (result instanceof Failure failure) {
                failures.increment();
                if (failures.sum() < 3) {
                    System.out.println(failure);
                }
            }
            again(gate, request, left, failures, done);
        });
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}

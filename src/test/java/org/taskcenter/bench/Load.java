package org.taskcenter.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Does a number of things by a number of workers, each with something of its own to do it with. */
final class Load {

    /** Opens what a worker needs, such as a connection. */
    interface Opening<T extends AutoCloseable> {
        T open() throws Exception;
    }

    /** One thing to do. */
    interface Step<T> {
        void run(T with, int index) throws Exception;
    }

    private Load() {}

    /** Does the steps 0 to count - 1 and returns how many seconds that took, without the opening. */
    static <T extends AutoCloseable> double seconds(int workers, int count, Opening<T> opening, Step<T> step)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            CountDownLatch open = new CountDownLatch(workers);
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger next = new AtomicInteger();
            List<Future<Void>> results = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                results.add(threads.submit(worker(opening, step, open, go, next, count)));
            }
            open.await();
            long start = System.nanoTime();
            go.countDown();
            for (Future<Void> each : results) {
                each.get();
            }
            return (System.nanoTime() - start) / 1e9;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the load failed: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T extends AutoCloseable> Callable<Void> worker(
            Opening<T> opening, Step<T> step, CountDownLatch open, CountDownLatch go, AtomicInteger next, int count) {
        return () -> {
            T with;
            try {
                with = opening.open();
            } finally {
                open.countDown();
            }
            try {
                go.await();
                for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                    step.run(with, index);
                }
            } finally {
                with.close();
            }
            return null;
        };
    }
}

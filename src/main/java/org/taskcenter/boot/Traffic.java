package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The requests under way. */
@ApplicationScoped
class Traffic {
    private static final int ALL = Integer.MAX_VALUE;
    private final Semaphore permits = new Semaphore(ALL);

    void enter() {
        permits.acquireUninterruptibly();
    }

    void leave() {
        permits.release();
    }

    /** Waits until nobody is inside. */
    boolean awaitEmpty(Duration patience) throws InterruptedException {
        boolean empty = permits.tryAcquire(ALL, patience.toNanos(), TimeUnit.NANOSECONDS);
        if (empty) {
            permits.release(ALL);
        }
        return empty;
    }
}

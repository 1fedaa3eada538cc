package org.taskcenter.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final AtomicBoolean good = new AtomicBoolean(true);
    private final CountDownLatch free = new CountDownLatch(1);
    private final AtomicBoolean hangs = new AtomicBoolean();
    private final Readiness readiness = new Readiness(Thread::new)
            .with("turning", good::get)
            .with("hanging", () -> {
                if (hangs.get()) {
                    awaitFreedom();
                }
                return true;
            });

    @AfterEach
    void end() {
        free.countDown();
        readiness.close();
    }

    @Test
    void isNotReadyBeforeItHasAsked() {
        assertThat(readiness.isReady()).isFalse();
    }

    @Test
    void followsItsChecks() {
        readiness.start();
        await().until(readiness::isReady);
        good.set(false);
        await().until(() -> !readiness.isReady());
        assertThat(readiness.state()).containsExactly(entry("turning", false), entry("hanging", true));
        good.set(true);
        await().until(readiness::isReady);
    }

    @Test
    void aCheckThatHangsIsAFailureThatIsToldAtOnce() {
        readiness.start();
        await().until(readiness::isReady);
        hangs.set(true);
        await().until(() -> !readiness.isReady());
        free.countDown();
        hangs.set(false);
        await().until(readiness::isReady);
    }

    @Test
    void aCheckThatThrowsHasFailed() {
        AtomicInteger asked = new AtomicInteger();
        Readiness broken = new Readiness(Thread::new).with("broken", () -> {
            asked.incrementAndGet();
            throw new IllegalStateException("for this test");
        });
        broken.start();
        await().until(() -> asked.get() > 1);
        assertThat(broken.isReady()).isFalse();
        broken.close();
    }

    @Test
    void nothingIsReadyOnceClosed() {
        readiness.start();
        await().until(readiness::isReady);
        readiness.close();
        assertThat(readiness.isReady()).isFalse();
    }

    private void awaitFreedom() {
        try {
            free.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the work of the centre, once, while everything of the server's still works: pool, threads, class loader. */
@ApplicationScoped
class Stop {
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);
    private final AtomicBoolean begun = new AtomicBoolean();

    @Inject
    Parts parts;

    @Inject
    Traffic traffic;

    @Inject
    Process process;

    void once() {
        if (begun.compareAndSet(false, true)) {
            process.stopping();
            parts.running().ifPresent(this::stop);
        }
    }

    private void stop(Centre centre) {
        BootLog.LOG.stopping(centre.settings().drain().toSeconds());
        centre.close();
        try {
            if (!traffic.awaitEmpty(LAST_ANSWERS)) {
                BootLog.LOG.requestsCut();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        BootLog.LOG.stopped();
    }
}

package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.taskcenter.config.Settings;

/** The running centre's parts, for those whom the server makes. */
@ApplicationScoped
class Parts {
    private final AtomicReference<Centre> running = new AtomicReference<>();

    void of(Centre centre) {
        running.set(centre);
    }

    /** The centre, once it runs. */
    Optional<Centre> running() {
        return Optional.ofNullable(running.get());
    }

    @Produces
    Settings settings() {
        return centre().settings();
    }

    @Produces
    Readiness readiness() {
        return centre().readiness();
    }

    private Centre centre() {
        return running().orElseThrow(() -> new IllegalStateException("The centre has not started yet"));
    }
}

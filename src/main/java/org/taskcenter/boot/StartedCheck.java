package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Whether the start is over: migrations done, all parts running. */
@Startup
@ApplicationScoped
public class StartedCheck implements HealthCheck {
    @Inject
    Parts parts;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("taskcenter")
                .status(parts.running().isPresent())
                .build();
    }
}

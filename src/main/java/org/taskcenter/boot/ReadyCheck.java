package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Whether the centre can do its work now. */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {
    @Inject
    Parts parts;

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("taskcenter");
        Optional<Readiness> readiness = parts.running().map(Centre::readiness);
        readiness.ifPresent(known -> known.state().forEach((name, good) -> response.withData(name, good)));
        return response.status(readiness.filter(Readiness::isReady).isPresent()).build();
    }
}

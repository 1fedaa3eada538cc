package org.taskcenter.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;

/** Counts requests and their time. */
final class HttpMetrics {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final double NANOS = 1e9;
    private final Histogram times;

    HttpMetrics(PrometheusRegistry registry) {
        times = Histogram.builder()
                .name("taskcenter_http_request_seconds")
                .help("Requests and how long their answers took, by declared route")
                .labelNames("route", "method", "status")
                .classicOnly()
                .classicUpperBounds(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
                .register(registry);
    }

    void served(String route, String method, int status, long nanos) {
        times.labelValues(route, METHODS.contains(method) ? method : "other", word(status))
                .observe(nanos / NANOS);
    }

    private static String word(int status) {
        return status >= 100 && status <= 599 ? Integer.toString(status) : "other";
    }
}

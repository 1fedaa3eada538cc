package org.taskcenter.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/** Counts what this member does with tasks. */
public final class TaskMetrics {
    private static final String KIND = "kind";
    private static final double NANOS = 1e9;

    private final Counter accepted;
    private final Counter claims;
    private final Counter settles;
    private final Counter attempts;
    private final Counter ended;
    private final Counter rescues;
    private final Histogram startDelay;
    private final Histogram attemptTime;

    TaskMetrics(PrometheusRegistry registry) {
        accepted = counter("taskcenter_tasks_accepted_total", "Tasks that were stored", KIND)
                .register(registry);
        claims = counter("taskcenter_claims_total", "Tasks that this member has claimed", KIND)
                .register(registry);
        settles = counter(
                        "taskcenter_settles_total",
                        "Claims that this member has ended, by the state of the task then; refused: another member had it by then",
                        KIND,
                        "state")
                .register(registry);
        attempts = counter("taskcenter_attempts_total", "Attempts at tasks, by what came of them", KIND, "outcome")
                .register(registry);
        ended = counter("taskcenter_tasks_ended_total", "Tasks that this member has ended", KIND, "state")
                .register(registry);
        rescues = counter("taskcenter_rescues_total", "Tasks that were taken from members that had died", KIND)
                .register(registry);
        startDelay = histogram("taskcenter_start_delay_seconds", "From when a task was due to its claim")
                .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
                .register(registry);
        attemptTime = histogram("taskcenter_attempt_seconds", "How long attempts took")
                .classicUpperBounds(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
                .register(registry);
    }

    private static Counter.Builder counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels);
    }

    private static Histogram.Builder histogram(String name, String help) {
        return Histogram.builder().name(name).help(help).labelNames(KIND).classicOnly();
    }

    /** This member knows a kind of work: it is shown from now on, also with nothing to count. */
    public void knows(String kind) {
        accepted.initLabelValues(kind);
        claims.initLabelValues(kind);
        rescues.initLabelValues(kind);
        startDelay.initLabelValues(kind);
        attemptTime.initLabelValues(kind);
        for (Attempt.Outcome outcome : Attempt.Outcome.values()) {
            attempts.initLabelValues(kind, outcome.word());
        }
        for (TaskState state : TaskState.values()) {
            if (state.isEnded()) {
                ended.initLabelValues(kind, state.word());
            }
        }
    }

    void accepted(String kind) {
        accepted.labelValues(kind).inc();
    }

    void claimed(Claim claim) {
        claims.labelValues(claim.kind()).inc();
        startDelay.labelValues(claim.kind()).observe(seconds(claim.waited()));
    }

    void settled(Settlement settlement, TaskState now) {
        String kind = settlement.claim().kind();
        settles.labelValues(kind, now == null ? "refused" : now.word()).inc();
        Attempt attempt = settlement.attempt();
        if (now != null && attempt != null) {
            attempts.labelValues(kind, attempt.outcome().word()).inc();
            attemptTime.labelValues(kind).observe(seconds(attempt.took()));
        }
    }

    void ended(List<Ended> tasks) {
        tasks.forEach(
                task -> ended.labelValues(task.kind(), task.state().word()).inc());
    }

    void rescued(Rescued task) {
        rescues.labelValues(task.kind()).inc();
        if (task.state().isEnded()) {
            ended.labelValues(task.kind(), task.state().word()).inc();
        }
    }

    private static double seconds(Duration duration) {
        return Math.max(0, duration.toNanos() / NANOS);
    }
}

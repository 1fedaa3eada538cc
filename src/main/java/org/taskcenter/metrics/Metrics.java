package org.taskcenter.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Everything about this member that can be watched. Values of labels are words of ours (kinds, states, routes as they are
 * declared), never what clients send, so their number is bounded and nothing secret is among them.
 */
public final class Metrics {
    private static final PrometheusTextFormatWriter TEXT =
            PrometheusTextFormatWriter.builder().build();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final TaskMetrics tasks = new TaskMetrics(registry);
    private final HttpMetrics http = new HttpMetrics(registry);

    public Metrics() {
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmClassLoadingMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    /** What becomes of tasks. */
    public TaskMetrics tasks() {
        return tasks;
    }

    /** What requests cost. */
    HttpMetrics http() {
        return http;
    }

    /** Shows what a sampler has found last. */
    public void show(Sampler sampler) {
        sampler.register(registry);
    }

    /**
     * Shows named checks.
     *
     * @param checks the answers now, by name
     */
    public void showChecks(Supplier<Map<String, Boolean>> checks) {
        GaugeWithCallback.builder()
                .name("taskcenter_check")
                .help("Whether a part of this member works: 1, or 0")
                .labelNames("check")
                .callback(gauge -> checks.get().forEach((name, good) -> gauge.call(good ? 1 : 0, name)))
                .register(registry);
    }

    /**
     * Shows what was refused.
     *
     * @param rejected how many tasks were not accepted because too many wait
     * @param refusals how many targets the gate has refused, by reason
     * @param tokens how many tokens were refused, by reason
     */
    public void showRefusals(
            LongSupplier rejected, Supplier<Map<String, Long>> refusals, Supplier<Map<String, Long>> tokens) {
        CounterWithCallback.builder()
                .name("taskcenter_tasks_rejected_total")
                .help("Tasks that were answered 429, because too many wait or are being handed in")
                .callback(counter -> counter.call(rejected.getAsLong()))
                .register(registry);
        CounterWithCallback.builder()
                .name("taskcenter_gate_refusals_total")
                .help("Targets that the gate has refused, at acceptance or when a call was to be made")
                .labelNames("reason")
                .callback(counter -> refusals.get().forEach((reason, count) -> counter.call(count, reason)))
                .register(registry);
        CounterWithCallback.builder()
                .name("taskcenter_token_refusals_total")
                .help("Tokens that were refused; throttled: without a look, after too many wrong ones from an address")
                .labelNames("reason")
                .callback(counter -> tokens.get().forEach((reason, count) -> counter.call(count, reason)))
                .register(registry);
    }

    /** Shows how much is under way here. */
    public void showRunning(LongSupplier running, LongSupplier connections) {
        GaugeWithCallback.builder()
                .name("taskcenter_work_running")
                .help("Tasks that this member is working on")
                .callback(gauge -> gauge.call(running.getAsLong()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("taskcenter_gate_connections")
                .help("Connections of the gate to targets, idle ones among them")
                .callback(gauge -> gauge.call(connections.getAsLong()))
                .register(registry);
    }

    /**
     * Shows how third parties are doing; channels by their numbers.
     *
     * @param open how many tasks this member asks after, by channel
     * @param polls how many polls of a channel went how, by channel and result, with a blank between them
     * @param failing how often a channel has failed since it last worked: at polls, at submissions
     */
    public void showThirdParties(
            Supplier<Map<Long, Integer>> open,
            Supplier<Map<String, Long>> polls,
            Map<String, Supplier<Map<Long, Integer>>> failing) {
        GaugeWithCallback.builder()
                .name("taskcenter_platform_open")
                .help("Tasks at third parties that this member asks after")
                .labelNames("channel")
                .callback(gauge -> open.get().forEach((channel, count) -> gauge.call(count, String.valueOf(channel))))
                .register(registry);
        CounterWithCallback.builder()
                .name("taskcenter_platform_polls_total")
                .help("Requests that asked third parties after tasks, by what came of them")
                .labelNames("channel", "result")
                .callback(counter -> polls.get().forEach((poll, count) -> counter.call(count, poll.split(" ", 2))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("taskcenter_platform_failing")
                .help("How often a channel has failed since it last worked; it is left alone for longer each time")
                .labelNames("channel", "at")
                .callback(gauge -> failing.forEach((at, channels) ->
                        channels.get().forEach((channel, times) -> gauge.call(times, String.valueOf(channel), at))))
                .register(registry);
    }

    /** Writes all of it in Prometheus' text format. */
    void write(OutputStream out) throws IOException {
        TEXT.write(out, registry.scrape());
    }

    static String contentType() {
        return TEXT.getContentType();
    }
}

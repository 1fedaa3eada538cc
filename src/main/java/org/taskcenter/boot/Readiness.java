package org.taskcenter.boot;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Whether the centre can do its work: a list of named checks that one thread asks again and again, so that whoever wants to
 * know has an answer at once, also while a check hangs.
 */
public final class Readiness implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration OUTDATED = Duration.ofSeconds(3);
    private final List<Check> checks = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile Answers answers = new Answers(Map.of(), System.nanoTime());
    private volatile boolean closed;

    /** @param threads makes the thread that asks */
    public Readiness(ThreadFactory threads) {
        thread = threads.newThread(this::ask);
    }

    /** Adds a check. It should come back within a second; while it does not, it counts as failed. */
    public Readiness with(String name, BooleanSupplier check) {
        checks.add(new Check(name, check));
        return this;
    }

    /** Begins to ask. */
    public void start() {
        thread.start();
    }

    /** The checks by name, in the order they were added, and whether each succeeded lately. */
    public Map<String, Boolean> state() {
        Answers latest = answers;
        boolean known = !closed && System.nanoTime() - latest.at() < OUTDATED.toNanos();
        Map<String, Boolean> state = new LinkedHashMap<>();
        checks.forEach(check -> state.put(check.name(), known && latest.good().getOrDefault(check.name(), false)));
        return state;
    }

    /** Whether all checks succeeded lately. */
    public boolean isReady() {
        return !state().containsValue(false);
    }

    /** From now on nothing is ready. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void ask() {
        boolean wasReady = false;
        try {
            while (!closed) {
                Map<String, Boolean> good = new LinkedHashMap<>();
                checks.forEach(check -> good.put(check.name(), succeeds(check)));
                answers = new Answers(good, System.nanoTime());
                boolean ready = !good.containsValue(false);
                if (ready != wasReady) {
                    tell(good, ready);
                }
                wasReady = ready;
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Map<String, Boolean> good, boolean ready) {
        if (closed) {
            return;
        }
        if (ready) {
            BootLog.LOG.ready();
        } else {
            BootLog.LOG.notReady(good.entrySet().stream()
                    .filter(entry -> !entry.getValue())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.joining(", ")));
        }
    }

    private static boolean succeeds(Check check) {
        try {
            return check.check().getAsBoolean();
        } catch (RuntimeException e) {
            BootLog.LOG.checkFailed(check.name(), e);
            return false;
        }
    }

    private record Check(String name, BooleanSupplier check) {}

    private record Answers(Map<String, Boolean> good, long at) {}
}

package org.taskcenter.playbook;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * One run, on this side. A thread of its own takes in what comes and tells the listener, so that a slow listener holds up nobody
 * else. What is waiting here is bounded: the supervisor sends no more before we say what has been used.
 */
final class Run implements Playbooks.Running, Runnable {
    private static final int MOST_AT_A_TIME = 1_000;
    private final String name;
    private final String wireName;
    private final Playbooks.Listener listener;
    private final Consumer<String> orders;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final List<Event> events = new ArrayList<>();
    private final Telling telling;
    private boolean isDeaf;
    private boolean hadNonsense;

    /** Something that came. Answers how the run ended, or null where it goes on. */
    private interface Step {
        Exit take();
    }

    Run(String name, String wireName, Playbooks.Listener listener, Consumer<String> orders) {
        this.name = name;
        this.wireName = wireName;
        this.listener = listener;
        this.orders = orders;
        telling = new Telling(this::happened, this::nonsense);
    }

    @Override
    public void stop() {
        orders.accept(Messages.stop(wireName));
    }

    /** Something was written by the playbook process. */
    void wrote(byte[] bytes) {
        steps.add(() -> {
            telling.read(bytes);
            tell();
            orders.accept(Messages.used(wireName, bytes.length));
            return null;
        });
    }

    /** The run has ended; the guard says how. */
    void ended(byte[] report) {
        steps.add(() -> telling.exit(report));
    }

    /** There is nobody any more who could say how the run has ended. */
    void lost(String reason) {
        steps.add(() -> telling.lost(reason));
    }

    @Override
    public void run() {
        Exit exit = null;
        while (exit == null) {
            exit = next().take();
        }
        try {
            listener.ended(exit);
        } catch (RuntimeException | Error e) {
            PlaybookLog.LOG.listenerFailed(name, e);
        }
    }

    private Step next() {
        while (true) {
            try {
                return steps.take();
            } catch (InterruptedException e) {
                // a run is told its end in any case, and there will be one
            }
        }
    }

    private void happened(Event event) {
        events.add(event);
        if (events.size() == MOST_AT_A_TIME) {
            tell();
        }
    }

    private void tell() {
        if (!events.isEmpty() && !isDeaf) {
            try {
                listener.happened(List.copyOf(events));
            } catch (RuntimeException | Error e) {
                PlaybookLog.LOG.listenerFailed(name, e);
                isDeaf = true;
                stop();
            }
        }
        events.clear();
    }

    private void nonsense() {
        if (!hadNonsense) {
            hadNonsense = true;
            PlaybookLog.LOG.noEvent(name);
        }
    }
}

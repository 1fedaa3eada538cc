package org.taskcenter.ansible;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.taskcenter.playbook.Event;
import org.taskcenter.playbook.Exit;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.playbook.Order;
import org.taskcenter.playbook.Playbooks;

/** Runs no playbooks, but tells of them what a script says, each on a thread of its own. */
final class FakePlaybooks implements Playbooks {
    private final List<Played> all = new CopyOnWriteArrayList<>();
    private volatile Consumer<Played> script = Played::succeed;
    private volatile boolean unavailable;

    /** A run that was ordered. */
    static final class Played implements Running {
        final Order order;
        private final Listener listener;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final Map<String, NodeResult> results = new TreeMap<>();
        private final Set<Boolean> over = ConcurrentHashMap.newKeySet();

        Played(Order order, Listener listener) {
            this.order = order;
            this.listener = listener;
        }

        /** Something is begun on as many nodes as there are forks, and then what the script says. */
        void play(Consumer<Played> script) {
            happened(nodes().stream().limit(order.forks()).map(Event.Begun::new).toArray(Event[]::new));
            script.accept(this);
        }

        List<String> nodes() {
            return order.nodes().stream().map(Order.Node::name).toList();
        }

        /** One node has done one task. */
        void line(String node, String task, Event.Status status, String msg) {
            listener.happened(List.of(line(node, task, status, false, msg)));
        }

        private static Event.Line line(String node, String task, Event.Status status, boolean ignored, String msg) {
            Instant now = Instant.now();
            return new Event.Line(node, task, status, ignored, false, now, now, null, 0, "out", "", msg);
        }

        /** A node does a task and is done with all. */
        void done(String node) {
            results.put(node, NodeResult.SUCCEEDED);
            listener.happened(List.of(
                    line(node, "ping", Event.Status.OK, false, null), new Event.Through(node, NodeResult.SUCCEEDED)));
        }

        void failed(String node, String msg) {
            results.put(node, NodeResult.FAILED);
            line(node, "ping", Event.Status.FAILED, msg);
        }

        /** A node has failed or cannot be reached, and nothing more is done on it. */
        void through(String node, NodeResult result, String msg) {
            results.put(node, result);
            Event.Status status = result == NodeResult.FAILED ? Event.Status.FAILED : Event.Status.UNREACHABLE;
            listener.happened(List.of(line(node, "ping", status, false, msg), new Event.Through(node, result)));
        }

        /** The playbook ends before the node is done. */
        void cutOff(String node) {
            results.put(node, NodeResult.CUT_OFF);
        }

        void unreachable(String node, String msg) {
            results.put(node, NodeResult.UNREACHABLE);
            line(node, "Gathering Facts", Event.Status.UNREACHABLE, msg);
        }

        void happened(Event... events) {
            listener.happened(List.of(events));
        }

        void end() {
            end(Cause.FINISHED, null);
        }

        void end(Cause cause, String error) {
            over.add(true);
            listener.ended(new Exit(cause, Map.copyOf(results), error));
        }

        /** All nodes do what they have to. */
        void succeed() {
            nodes().forEach(this::done);
            end();
        }

        /** Goes on until it is stopped. */
        void untilStopped() {
            awaitStop();
            end(Cause.STOPPED, null);
        }

        void awaitStop() {
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        boolean isStopped() {
            return stopped.getCount() == 0;
        }

        boolean isOver() {
            return !over.isEmpty();
        }

        @Override
        public void stop() {
            stopped.countDown();
        }
    }

    /** What becomes of runs from now on. */
    void play(Consumer<Played> other) {
        script = other;
    }

    void beUnavailable(boolean away) {
        unavailable = away;
    }

    @Override
    public Running start(Order order, Listener listener) throws Unavailable {
        if (unavailable) {
            throw new Unavailable("away by a test");
        }
        Played played = new Played(order, listener);
        all.add(played);
        Consumer<Played> now = script;
        Thread thread = new Thread(() -> played.play(now), "played-" + order.id());
        thread.setDaemon(true);
        thread.start();
        return played;
    }

    /** What was ordered so far. */
    List<Played> all() {
        return List.copyOf(all);
    }

    /** What is under way. */
    List<Played> underWay() {
        return all.stream().filter(played -> !played.isOver()).toList();
    }

    /** How often a node was a run's. */
    Map<String, Integer> times() {
        Map<String, Integer> times = new TreeMap<>();
        List<String> names = new ArrayList<>();
        all.forEach(played -> names.addAll(played.nodes()));
        names.forEach(name -> times.merge(name, 1, Integer::sum));
        return times;
    }
}

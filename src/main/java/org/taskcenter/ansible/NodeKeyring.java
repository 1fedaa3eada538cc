package org.taskcenter.ansible;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.taskcenter.playbook.Playbooks;

/** Gets the SSH keys of nodes, some at a time for each run, so that no run waits for another's. */
final class NodeKeyring implements AutoCloseable {
    private static final int AT_ONCE = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Answer STOP = new Answer(null, null, null);

    private final Keys keys;
    private final ExecutorService executor;
    private final Duration patience;

    /** Where the SSH keys of single nodes are. */
    @FunctionalInterface
    interface Keys {
        /**
         * The text of a node's private key.
         *
         * @throws IOException where there is none to be had; its message says why
         */
        String get(String node) throws IOException, InterruptedException;
    }

    NodeKeyring(Keys keys, ThreadFactory threads) {
        this(keys, threads, PATIENCE);
    }

    /** @param patience how long no key at all may come; then those that are left are not waited for */
    NodeKeyring(Keys keys, ThreadFactory threads, Duration patience) {
        this.keys = keys;
        this.executor = Executors.newCachedThreadPool(threads);
        this.patience = patience;
    }

    /**
     * What was got.
     *
     * @param byNode the keys
     * @param missing why there is none, for the other nodes
     */
    record Found(Map<String, String> byNode, Map<String, String> missing) {}

    /** Of the last two one is null. */
    private record Answer(String node, String key, String reason) {}

    /** Begins to get the keys of nodes. */
    Asking ask(List<String> nodes) {
        return new Asking(nodes);
    }

    /** The keys of some nodes are being got. */
    final class Asking implements Playbooks.Running {
        private final List<String> nodes;
        private final Queue<String> left;
        private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        private final List<Future<?>> workers = new ArrayList<>();

        private Asking(List<String> nodes) {
            this.nodes = nodes;
            this.left = new ConcurrentLinkedQueue<>(nodes);
            for (int i = 0; i < Math.min(AT_ONCE, nodes.size()); i++) {
                workers.add(executor.submit(this::work));
            }
        }

        private void work() {
            for (String node = left.poll(); node != null; node = left.poll()) {
                try {
                    answers.add(new Answer(node, keys.get(node), null));
                } catch (IOException | RuntimeException e) {
                    answers.add(new Answer(node, null, String.valueOf(e.getMessage())));
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        /**
         * Waits for the keys.
         *
         * @param limit how long at most
         * @return what there is by then; empty where it was stopped
         */
        Optional<Found> await(Duration limit) throws InterruptedException {
            try {
                return found(System.nanoTime() + limit.toNanos());
            } finally {
                left.clear();
                workers.forEach(worker -> worker.cancel(true));
            }
        }

        private Optional<Found> found(long end) throws InterruptedException {
            Map<String, String> byNode = new LinkedHashMap<>();
            Map<String, String> missing = new LinkedHashMap<>();
            long lastKey = System.nanoTime();
            while (byNode.size() + missing.size() < nodes.size()) {
                long now = System.nanoTime();
                Answer answer =
                        answers.poll(Math.min(end - now, lastKey + patience.toNanos() - now), TimeUnit.NANOSECONDS);
                if (answer == STOP) {
                    return Optional.empty();
                }
                if (answer == null) {
                    break;
                }
                if (answer.key() == null) {
                    missing.put(answer.node(), answer.reason());
                } else {
                    byNode.put(answer.node(), answer.key());
                    lastKey = System.nanoTime();
                }
            }
            return Optional.of(inOrder(byNode, missing));
        }

        private Found inOrder(Map<String, String> byNode, Map<String, String> missing) {
            Map<String, String> got = new LinkedHashMap<>();
            Map<String, String> not = new LinkedHashMap<>();
            for (String node : nodes) {
                if (byNode.containsKey(node)) {
                    got.put(node, byNode.get(node));
                } else {
                    not.put(node, missing.getOrDefault(node, "no SSH key for " + node + ": none has come in time"));
                }
            }
            return new Found(got, not);
        }

        @Override
        public void stop() {
            answers.add(STOP);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

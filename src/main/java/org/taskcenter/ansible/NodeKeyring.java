package org.taskcenter.ansible;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/** Gets the SSH keys of nodes, some at a time. */
final class NodeKeyring implements AutoCloseable {
    private static final int AT_ONCE = 16;

    private final Keys keys;
    private final ExecutorService executor;

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
        this.keys = keys;
        this.executor = Executors.newFixedThreadPool(AT_ONCE, threads);
    }

    /**
     * What was got.
     *
     * @param byNode the keys
     * @param missing why there is none, for the other nodes
     */
    record Found(Map<String, String> byNode, Map<String, String> missing) {}

    /** The keys of nodes; waits for them. */
    Found get(List<String> nodes) throws InterruptedException {
        List<Future<String>> asked = new ArrayList<>();
        nodes.forEach(node -> asked.add(executor.submit(() -> keys.get(node))));
        Map<String, String> byNode = new LinkedHashMap<>();
        Map<String, String> missing = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            try {
                byNode.put(nodes.get(i), asked.get(i).get());
            } catch (ExecutionException e) {
                missing.put(nodes.get(i), String.valueOf(e.getCause().getMessage()));
            }
        }
        return new Found(byNode, missing);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

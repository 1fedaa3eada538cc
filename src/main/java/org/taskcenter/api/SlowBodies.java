package org.taskcenter.api;

import java.util.HashMap;
import java.util.Map;

/**
 * Who is being waited for: so few at once, and so few of one account, that enough threads are left to serve the others however
 * slowly some send.
 */
final class SlowBodies {
    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> waitedFor = new HashMap<>();
    private int total;

    /**
     * @param most how many bodies are waited for at once
     * @param mostOfOne how many of them may be one account's
     */
    SlowBodies(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Whether another body of this account may be waited for; then {@link #leave} has to follow. */
    synchronized boolean enter(String account) {
        int own = waitedFor.getOrDefault(account, 0);
        if (total == most || own == mostOfOne) {
            return false;
        }
        waitedFor.put(account, own + 1);
        total++;
        return true;
    }

    synchronized void leave(String account) {
        waitedFor.computeIfPresent(account, (name, own) -> own == 1 ? null : own - 1);
        total--;
    }
}

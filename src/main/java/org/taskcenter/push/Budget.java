package org.taskcenter.push;

import java.util.HashMap;
import java.util.Map;

/** Memory for long messages, of which one client gets a half at most. */
final class Budget {
    private final long most;
    private final Map<String, Long> byClient = new HashMap<>();
    private long taken;

    Budget(long most) {
        this.most = most;
    }

    /** Takes so many bytes, if there are that many; who has none gets what it asks for where nobody has any. */
    synchronized boolean take(String client, long bytes) {
        long own = byClient.getOrDefault(client, 0L);
        boolean fits = taken + bytes <= most && own + bytes <= most / 2;
        if (!fits && taken > 0) {
            return false;
        }
        taken += bytes;
        byClient.put(client, own + bytes);
        return true;
    }

    synchronized void giveBack(String client, long bytes) {
        taken -= bytes;
        byClient.computeIfPresent(client, (name, own) -> own == bytes ? null : own - bytes);
    }
}

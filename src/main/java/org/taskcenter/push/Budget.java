package org.taskcenter.push;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Memory for long messages, of which one client gets a half at most. */
public final class Budget {
    private final long most;
    private final Map<String, Long> byClient = new HashMap<>();
    private long taken;

    /** @param most how many bytes may be taken */
    public Budget(long most) {
        this.most = most;
    }

    /**
     * Takes so many bytes, if there are that many; who has none gets what it asks for where nobody has any.
     *
     * @param client whoever it is counted for
     */
    public synchronized boolean take(String client, long bytes) {
        long own = byClient.getOrDefault(client, 0L);
        boolean fits = taken + bytes <= most && own + bytes <= most / 2;
        if (!fits && taken > 0) {
            return false;
        }
        taken += bytes;
        byClient.put(client, own + bytes);
        return true;
    }

    /** As {@link #take(String, long)}, where others may give back what is missing in so long a time. */
    public synchronized boolean take(String client, long bytes, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!take(client, bytes)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** So many bytes of those taken for this client are free again. */
    public synchronized void giveBack(String client, long bytes) {
        taken -= bytes;
        byClient.computeIfPresent(client, (name, own) -> own == bytes ? null : own - bytes);
        notifyAll();
    }
}

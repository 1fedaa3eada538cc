package org.taskcenter.call;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Calls that were stored here lately and are likely to be made here soon, so that they need not be read back. Each is handed
 * out once. What does not fit is not kept: the table has it all.
 */
final class FreshCalls {
    private static final long KEPT_NANOS = 30_000_000_000L;
    /** What an entry takes besides what the call sends, about. */
    private static final int OVERHEAD = 500;

    private final long mostBytes;
    private final LongSupplier nanoTime;
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private long bytes;

    private record Entry(CallDetails.Stored call, long bytes, long since) {}

    /** @param mostBytes about how much memory it may take */
    FreshCalls(long mostBytes, LongSupplier nanoTime) {
        this.mostBytes = mostBytes;
        this.nanoTime = nanoTime;
    }

    synchronized void add(long task, CallDetails.Stored call) {
        long now = nanoTime.getAsLong();
        long size = OVERHEAD + call.size();
        dropOld(now);
        if (bytes + size <= mostBytes) {
            entries.put(task, new Entry(call, size, now));
            bytes += size;
        }
    }

    /** Hands out a call and forgets it; null where it is not here. */
    synchronized CallDetails.Stored take(long task) {
        dropOld(nanoTime.getAsLong());
        Entry entry = entries.remove(task);
        if (entry == null) {
            return null;
        }
        bytes -= entry.bytes();
        return entry.call();
    }

    /** Others have made these, or will. */
    private void dropOld(long now) {
        Iterator<Entry> oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext()) {
            Entry entry = oldestFirst.next();
            if (now - entry.since() < KEPT_NANOS) {
                return;
            }
            oldestFirst.remove();
            bytes -= entry.bytes();
        }
    }
}

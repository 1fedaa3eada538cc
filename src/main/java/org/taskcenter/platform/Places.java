package org.taskcenter.platform;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Places for answers, of which all channels' rounds together have so many. One that is given back goes to the round that has
 * waited longest and still needs it: while anybody waits, none is free.
 */
final class Places {
    private final Set<ChannelRound> waiting = new LinkedHashSet<>();
    private int free;

    Places(int all) {
        free = all;
    }

    /** Whether there is a place; if not, the round waits for one, once however often it asks. */
    synchronized boolean take(ChannelRound round) {
        if (free == 0) {
            waiting.add(round);
            return false;
        }
        free--;
        return true;
    }

    /** Hands a place on. Not to be called with the lock of a round. */
    void giveBack() {
        ChannelRound next = next();
        while (next != null && !next.use()) {
            next = next();
        }
    }

    /** Who has waited longest, and waits no more; null where nobody does, and the place is free. */
    private synchronized ChannelRound next() {
        var first = waiting.iterator();
        if (!first.hasNext()) {
            free++;
            return null;
        }
        ChannelRound next = first.next();
        first.remove();
        return next;
    }
}

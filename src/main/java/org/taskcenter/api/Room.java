package org.taskcenter.api;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for what has come of bodies that are not whole yet. */
final class Room {
    private final AtomicLong free;

    /** @param bytes how much there is */
    Room(long bytes) {
        free = new AtomicLong(bytes);
    }

    /** Whether that much was free; it is taken then. */
    boolean take(int bytes) {
        if (free.addAndGet(-bytes) >= 0) {
            return true;
        }
        free.addAndGet(bytes);
        return false;
    }

    void giveBack(int bytes) {
        free.addAndGet(bytes);
    }
}

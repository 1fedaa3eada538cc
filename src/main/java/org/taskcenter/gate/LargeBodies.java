package org.taskcenter.gate;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Memory for bodies that turn out long. Whoever has read the first 64 KiB of one takes room for all that may follow, at
 * once, or is not read on until there is room: so many long answers at the same time cannot fill the memory, and nobody
 * waits holding what others wait for.
 */
final class LargeBodies {
    /** Room for one body. */
    final class Room {
        private final int bytes;
        private final Runnable taken;
        private boolean held;
        private boolean over;

        private Room(int bytes, Runnable taken) {
            this.bytes = bytes;
            this.taken = taken;
        }

        /** Gives it back, or does not wait for it any more. */
        void giveBack() {
            synchronized (LargeBodies.this) {
                if (!over) {
                    over = true;
                    if (held) {
                        free += bytes;
                    } else {
                        waiting.remove(this);
                    }
                }
            }
            serve();
        }
    }

    private final int most;
    private final Deque<Room> waiting = new ArrayDeque<>();
    private int free;

    LargeBodies(int most) {
        this.most = most;
        this.free = most;
    }

    /**
     * @param taken called once there is room, before this returns or later
     */
    Room take(int bytes, Runnable taken) {
        Room room = new Room(Math.min(bytes, most), taken);
        synchronized (this) {
            waiting.add(room);
        }
        serve();
        return room;
    }

    private void serve() {
        for (Room room = next(); room != null; room = next()) {
            room.taken.run();
        }
    }

    private synchronized Room next() {
        Room room = waiting.peek();
        if (room == null || room.bytes > free) {
            return null;
        }
        free -= room.bytes;
        room.held = true;
        return waiting.poll();
    }
}

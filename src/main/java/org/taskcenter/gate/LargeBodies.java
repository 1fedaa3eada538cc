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
    final class Room implements Answer.Room {
        private final Runnable taken;
        private int bytes;
        private boolean held;
        private boolean kept;
        private boolean over;

        private Room(int bytes, Runnable taken) {
            this.bytes = bytes;
            this.taken = taken;
        }

        @Override
        public boolean keep(int most) {
            synchronized (LargeBodies.this) {
                if (over || !held) {
                    return false;
                }
                kept = true;
                int spare = Math.max(0, bytes - most);
                bytes -= spare;
                free += spare;
            }
            serve();
            return true;
        }

        /** Gives it back unless it is kept. */
        void told() {
            boolean free;
            synchronized (LargeBodies.this) {
                free = !kept;
            }
            if (free) {
                giveBack();
            }
        }

        /** Gives it back, or does not wait for it any more. */
        @Override
        public void giveBack() {
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

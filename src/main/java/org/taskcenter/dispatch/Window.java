package org.taskcenter.dispatch;

/**
 * How many tasks of one lane this member has in work at once: the window opens with every task that is done quickly and
 * closes with every one that is not. So a target that hangs holds few places, and a fast one gets many.
 */
final class Window {
    static final int FIRST = 16;
    private static final int LEAST = 4;
    private static final long QUICK_NANOS = 2_000_000_000L;

    private final int most;
    private int size;
    private int running;

    Window(int most) {
        this.most = most;
        this.size = Math.min(FIRST, most);
    }

    /** How many more tasks may be begun. */
    int room() {
        return Math.max(0, size - running);
    }

    int running() {
        return running;
    }

    void begun() {
        running++;
    }

    /** One that was begun is not worked on after all. */
    void withdrawn() {
        running--;
    }

    void done(long tookNanos) {
        running--;
        if (tookNanos < QUICK_NANOS) {
            size = Math.min(most, size + 1);
        } else {
            size = Math.max(Math.min(LEAST, most), size / 2);
        }
    }
}

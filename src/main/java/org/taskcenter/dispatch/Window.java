package org.taskcenter.dispatch;

/**
 * How many tasks of one lane this member has in work at once: the window opens with every task that is done quickly and
 * closes with every one that is not. So a target that hangs holds few places, and a fast one gets many. A steady one stays
 * as it is.
 */
final class Window {
    static final int FIRST = 16;
    private static final int LEAST = 4;
    private static final long QUICK_NANOS = 2_000_000_000L;

    private final int least;
    private final int most;
    private int size;
    private int running;

    Window(int most) {
        this(Math.min(LEAST, most), Math.min(FIRST, most), most);
    }

    private Window(int least, int first, int most) {
        this.least = least;
        this.most = most;
        this.size = first;
    }

    /** For tasks that take long by nature, which says nothing about their target. */
    static Window steady(int size) {
        return new Window(size, size, size);
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
            size = Math.max(least, size / 2);
        }
    }
}

package org.taskcenter.dispatch;

/**
 * How many tasks of one lane this member has in work at once: the window opens with every task that is answered, for a target that
 * takes its time up to a part of the most only, and closes with every one for which nothing came. So a target that hangs holds few
 * places, a slow one more, and a fast one many. A steady one stays as it is.
 */
final class Window {
    static final int FIRST = 16;
    private static final int LEAST = 4;
    private static final long QUICK_NANOS = 2_000_000_000L;
    /** Of the most, what a slow target may have. */
    private static final int SLOW_SHARE = 4;

    private final int least;
    private final int most;
    private final int mostSlow;
    private int size;
    private int running;

    Window(int most) {
        this(Math.min(LEAST, most), Math.min(FIRST, most), most);
    }

    private Window(int least, int first, int most) {
        this.least = least;
        this.most = most;
        this.mostSlow = Math.max(first, most / SLOW_SHARE);
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

    /** @param answered whether its target said anything */
    void done(long tookNanos, boolean answered) {
        running--;
        if (tookNanos < QUICK_NANOS) {
            size = Math.min(most, size + 1);
        } else if (!answered) {
            size = Math.max(least, size / 2);
        } else {
            size = size < mostSlow ? size + 1 : Math.max(mostSlow, size - 1);
        }
    }
}

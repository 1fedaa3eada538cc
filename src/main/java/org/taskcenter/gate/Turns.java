package org.taskcenter.gate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Runs tasks so that one group of them, however slow, never has more than its share of the threads; what is above waits
 * for its own group alone.
 */
final class Turns {
    private static final class Group {
        final Deque<Runnable> waiting = new ArrayDeque<>();
        int running;
    }

    private final Executor threads;
    private final int share;
    private final int mostWaiting;
    private final Map<String, Group> groups = new HashMap<>();
    private int waiting;

    /**
     * @param share most tasks of a group at the same time
     * @param mostWaiting most tasks that wait, of all groups
     */
    Turns(Executor threads, int share, int mostWaiting) {
        this.threads = threads;
        this.share = share;
        this.mostWaiting = mostWaiting;
    }

    /** Whether the task will run; it will not where too many wait. */
    boolean run(String name, Runnable task) {
        Group group;
        synchronized (this) {
            if (waiting >= mostWaiting) {
                return false;
            }
            waiting++;
            group = groups.computeIfAbsent(name, n -> new Group());
            if (group.running >= share) {
                return group.waiting.add(task);
            }
            group.running++;
        }
        start(name, group, task);
        return true;
    }

    private void start(String name, Group group, Runnable task) {
        threads.execute(() -> {
            synchronized (this) {
                waiting--;
            }
            try {
                task.run();
            } finally {
                next(name, group);
            }
        });
    }

    private void next(String name, Group group) {
        Runnable next;
        synchronized (this) {
            next = group.waiting.poll();
            if (next == null && --group.running == 0) {
                groups.remove(name);
            }
        }
        if (next != null) {
            start(name, group, next);
        }
    }
}

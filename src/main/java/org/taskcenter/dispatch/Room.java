package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.taskcenter.store.Database;
import org.taskcenter.task.Queue;

/**
 * Whether more tasks may wait. The store is asked only now and then, the more seldom the longer its answer takes, and what is
 * added here in between is added up; so the limit holds about, not exactly.
 */
public final class Room {
    private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A count is made at most so often that it takes a fiftieth of the time. */
    private static final int SHARE_OF_TIME = 50;
    /** What is added here between two counts, at most, as a part of the limit: others add as well. */
    private static final int PARTS = 10;

    private final Database database;
    private final Queue queue;
    private final long most;
    private final ReentrantLock counting = new ReentrantLock();
    private final AtomicLong added = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private volatile long counted;
    private volatile long nextCount = System.nanoTime();

    /** @param most how many tasks may wait in all */
    public Room(Database database, Queue queue, long most) {
        this.database = database;
        this.queue = queue;
        this.most = most;
    }

    /**
     * Whether there is room for so many more.
     *
     * @throws SQLException where that has to be found out and the store does not answer
     */
    public boolean isFor(int tasks) throws SQLException {
        if (!fits(tasks) || added.get() > most / PARTS) {
            countIfDue();
        }
        return fits(tasks);
    }

    /** So many have been added. */
    public void taken(int tasks) {
        added.addAndGet(tasks);
    }

    /** So many have been turned away, for want of room here or elsewhere on the way in. */
    public void refused(int tasks) {
        refused.add(tasks);
    }

    /** How many have been turned away so far. */
    public long refused() {
        return refused.sum();
    }

    private boolean fits(int tasks) {
        return counted + added.get() + tasks <= most;
    }

    private void countIfDue() throws SQLException {
        if (System.nanoTime() - nextCount < 0 || !counting.tryLock()) {
            return;
        }
        try {
            long begun = System.nanoTime();
            long before = added.get();
            counted = database.statement(connection -> queue.waiting(connection, most));
            added.addAndGet(-before);
            long took = System.nanoTime() - begun;
            nextCount = begun + Math.max(SELDOM_NANOS, SHARE_OF_TIME * took);
        } finally {
            counting.unlock();
        }
    }
}

package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Details;
import org.taskcenter.task.Draft;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.TaskState;

/**
 * Stores new tasks of one kind. What several threads hand in at the same moment is stored in one transaction: one of them
 * writes for all that have queued up, the others wait for it. Nobody waits for company.
 *
 * @param <T> the details of a task
 */
public final class Intake<T> {
    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_QUEUED = 20_000;
    private static final int WRITERS = 2;

    private final Database database;
    private final org.taskcenter.task.Queue queue;
    private final Ids ids;
    private final Lanes lanes;
    private final Details<T> details;
    private final Room room;
    private final Dispatcher dispatcher;
    private final Announcer announcer;

    private final Queue<Batch<T>> queued = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queuedTasks = new AtomicInteger();
    private final Semaphore writers = new Semaphore(WRITERS);

    /** One task to be stored. */
    public record Item<T>(Draft draft, T details) {}

    /** There is no room for what was handed in; none of it was stored. */
    public static final class Overload extends Exception {
        private static final long serialVersionUID = 1L;

        Overload() {
            super("too many tasks wait, or are being handed in", null, false, false);
        }
    }

    private static final class Batch<T> {
        final List<Item<T>> items;
        final Thread owner = Thread.currentThread();
        volatile boolean[] added;
        volatile SQLException failure;

        Batch(List<Item<T>> items) {
            this.items = items;
        }

        boolean isOver() {
            return added != null || failure != null;
        }
    }

    public Intake(
            Database database,
            org.taskcenter.task.Queue queue,
            Ids ids,
            Lanes lanes,
            Details<T> details,
            Room room,
            Dispatcher dispatcher,
            Wakeup wakeup) {
        this.database = database;
        this.queue = queue;
        this.ids = ids;
        this.lanes = lanes;
        this.details = details;
        this.room = room;
        this.dispatcher = dispatcher;
        this.announcer = new Announcer(dispatcher, wakeup);
    }

    /**
     * Stores tasks, all in one transaction. When it returns they survive a crash.
     *
     * @return for each whether it was stored; false where its (kind, client, clientId) was taken
     * @throws Overload where more is being handed in than can be stored, or too much waits already; none was stored
     * @throws SQLException and none was stored; or, where the database was lost in the very commit, perhaps all
     */
    public boolean[] submit(List<Item<T>> items) throws SQLException, Overload {
        if (items.isEmpty()) {
            return new boolean[0];
        }
        if (!room.isFor(items.size())) {
            room.refused(items.size());
            throw new Overload();
        }
        int total = queuedTasks.addAndGet(items.size());
        // What is too large by itself is taken when nothing else waits.
        if (total > MOST_QUEUED && total > items.size()) {
            queuedTasks.addAndGet(-items.size());
            room.refused(items.size());
            throw new Overload();
        }
        Batch<T> mine = new Batch<>(items);
        queued.add(mine);
        boolean interrupted = false;
        while (!mine.isOver()) {
            if (writers.tryAcquire()) {
                try {
                    write(mine);
                } finally {
                    writers.release();
                }
                wakeNextWriter();
            }
            if (!mine.isOver()) {
                // Another writer has it in hand, or will wake somebody who takes it.
                LockSupport.park(this);
                // It is being stored whether the caller still wants it or not.
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
        room.taken(items.size());
        return mine.added;
    }

    /** How many tasks wait to be stored. */
    int queued() {
        return queuedTasks.get();
    }

    private void wakeNextWriter() {
        Batch<T> next = queued.peek();
        if (next != null) {
            LockSupport.unpark(next.owner);
        }
    }

    private void write(Batch<T> mine) {
        while (!mine.isOver()) {
            List<Batch<T>> group = takeGroup();
            if (group.isEmpty()) {
                return;
            }
            store(group);
        }
    }

    private List<Batch<T>> takeGroup() {
        List<Batch<T>> group = new ArrayList<>();
        int tasks = 0;
        while (tasks < MOST_AT_ONCE) {
            Batch<T> next = queued.poll();
            if (next == null) {
                break;
            }
            group.add(next);
            tasks += next.items.size();
        }
        queuedTasks.addAndGet(-tasks);
        return group;
    }

    private void store(List<Batch<T>> group) {
        try {
            List<Item<T>> items = new ArrayList<>();
            group.forEach(batch -> items.addAll(batch.items));
            boolean[] added = storeAll(items);
            int from = 0;
            for (Batch<T> batch : group) {
                int to = from + batch.items.size();
                batch.added = Arrays.copyOfRange(added, from, to);
                from = to;
            }
        } catch (SQLException e) {
            fail(group, e, Database.isOutage(e));
        } catch (RuntimeException | Error e) {
            fail(group, new SQLException("Unexpected: " + e, e), false);
        } finally {
            group.forEach(batch -> LockSupport.unpark(batch.owner));
        }
    }

    private void fail(List<Batch<T>> group, SQLException cause, boolean outage) {
        if (group.size() == 1 || outage) {
            group.forEach(batch -> batch.failure = cause);
        } else {
            // The fault of one is not to be the others'.
            group.forEach(batch -> store(List.of(batch)));
        }
    }

    private boolean[] storeAll(List<Item<T>> items) throws SQLException {
        Numbered<T> tasks = Numbered.of(items, lanes, ids);
        long[] newIds = tasks.ids();
        Places places = dispatcher.admission().reserve(newIds, tasks.lanes(), tasks.drafts());
        TaskState[] states;
        try {
            NewTasks stored = tasks.at(places, tasks.rows(details));
            states = database.statement(connection -> queue.add(connection, stored));
        } catch (SQLException | RuntimeException | Error e) {
            Arrays.stream(newIds).forEach(details::notStored);
            dispatcher.admission().giveUp(places.claims());
            throw e;
        }
        for (int i = 0; i < states.length; i++) {
            if (states[i] == null) {
                details.notStored(newIds[i]);
            }
        }
        begin(places, newIds, states);
        announcer.announce(tasks.drafts(), tasks.lanes(), states);
        boolean[] added = new boolean[states.length];
        for (int i = 0; i < added.length; i++) {
            added[i] = states[i] != null;
        }
        return added;
    }

    private void begin(Places places, long[] newIds, TaskState[] states) {
        if (places.claims().isEmpty()) {
            return;
        }
        List<Claim> stored = places.stored(newIds, states);
        dispatcher.admission().begin(places, stored);
        if (stored.size() < places.claims().size()) {
            List<Claim> others = new ArrayList<>(places.claims());
            others.removeAll(stored);
            dispatcher.admission().giveUp(others);
        }
    }
}

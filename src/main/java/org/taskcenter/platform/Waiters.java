package org.taskcenter.platform;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.taskcenter.store.Database;

/**
 * Those who wait to hear whether a third party has taken their task. What happens on this member is told at once; of tasks that
 * another member has in its hands the store is asked now and then, many at a time.
 */
final class Waiters implements AutoCloseable {
    private static final long LOOK_NANOS = 300_000_000;
    private static final int MOST_AT_ONCE = 500;
    private static final int UNAVAILABLE = 503;
    private static final int TIMED_OUT = 504;

    private final Database database;
    private final long patienceNanos;
    private final ConcurrentMap<Long, Waiter> waiters = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    private record Waiter(String taskId, Consumer<Outcome> listener, long since) {}

    /** @param patience how long somebody waits for a task that nobody has taken or refused */
    Waiters(Database database, Duration patience, ThreadFactory threads) {
        this.database = database;
        this.patienceNanos = patience.toNanos();
        this.thread = threads.newThread(this::loop);
    }

    void start() {
        thread.start();
    }

    /** From now on, the listener is told once, from any thread, what comes of a task. */
    void add(long id, String taskId, Consumer<Outcome> listener) {
        waiters.put(id, new Waiter(taskId, listener, System.nanoTime()));
        LockSupport.unpark(thread);
    }

    /** A third party has taken it, or may have. */
    void taken(long id) {
        Waiter waiter = waiters.remove(id);
        if (waiter != null) {
            waiter.listener().accept(new Outcome.Accepted(waiter.taskId()));
        }
    }

    /** These have ended without success. */
    void failed(List<Row> rows) {
        for (Row row : rows) {
            Waiter waiter = waiters.remove(row.id());
            if (waiter != null) {
                waiter.listener().accept(new Outcome.Refused(refusal(row)));
            }
        }
    }

    private static Refusal refusal(Row row) {
        return row.refusedAs() > 0
                ? new Refusal(row.refusedAs(), row.refusedCode(), row.failReason())
                : new Refusal(UNAVAILABLE, "fail_to_fetch_task", row.failReason());
    }

    private void loop() {
        while (!closed) {
            if (waiters.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, LOOK_NANOS);
                look();
            }
        }
    }

    private void look() {
        try {
            long now = System.nanoTime();
            List<Long> ids = new ArrayList<>();
            waiters.forEach((id, waiter) -> {
                if (now - waiter.since() >= LOOK_NANOS) {
                    ids.add(id);
                }
            });
            for (int from = 0; from < ids.size(); from += MOST_AT_ONCE) {
                List<Long> some = ids.subList(from, Math.min(ids.size(), from + MOST_AT_ONCE));
                database.statement(connection -> Rows.read(connection, some))
                        .values()
                        .forEach(this::tell);
            }
        } catch (SQLException | RuntimeException e) {
            // They wait on; the database is asked again soon.
            return;
        }
    }

    private void tell(Row row) {
        if (row.status() == Status.FAILURE) {
            failed(List.of(row));
        } else if (row.status() == Status.SUCCESS || row.status() == Status.UNKNOWN || row.upstreamId() != null) {
            taken(row.id());
        } else {
            Waiter waiter = waiters.get(row.id());
            if (waiter != null && System.nanoTime() - waiter.since() >= patienceNanos) {
                endPatience(row);
            }
        }
    }

    /** A channel that is being asked may have it, as after any time-out; one that was never asked has not. */
    private void endPatience(Row row) {
        if (row.sending()) {
            taken(row.id());
            return;
        }
        Waiter waiter = waiters.remove(row.id());
        if (waiter != null) {
            waiter.listener()
                    .accept(new Outcome.Refused(new Refusal(
                            TIMED_OUT,
                            "submit_timeout",
                            "No channel has been asked yet: the task waits here as " + waiter.taskId()
                                    + ". Do not send it again, but fetch it")));
        }
    }

    /** Ends the looks; those who wait are told that their tasks are accepted, which is all that is known. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        List.copyOf(waiters.keySet()).forEach(this::taken);
    }
}

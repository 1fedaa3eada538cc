package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.taskcenter.store.Database;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/**
 * Stores results in groups: whatever has come in while the group before was being stored. A result is kept until the database
 * has taken or refused it. One that cannot be stored is found by halving its group, and ends its own task alone.
 */
final class Settler {
    private static final int MOST_AT_ONCE = 400;
    private static final long RETRY_NANOS = 250_000_000;

    private final Database database;
    private final Queue queue;
    private final Ending ending;
    private final LongSupplier member;
    private final Listener listener;
    private final BlockingQueue<Settlement> pending = new LinkedBlockingQueue<>();
    private final Thread thread;

    private volatile boolean stopping;
    private volatile boolean failing;

    /** Who is to know what became of settlements. */
    interface Listener {
        /** This is over; {@code state} is the task's state now, null where the settlement was refused. */
        void settled(Settlement settlement, TaskState state);
    }

    Settler(
            Database database,
            Queue queue,
            Ending ending,
            LongSupplier member,
            Listener listener,
            ThreadFactory threads) {
        this.database = database;
        this.queue = queue;
        this.ending = ending;
        this.member = member;
        this.listener = listener;
        this.thread = threads.newThread(this::loop);
    }

    void start() {
        thread.start();
    }

    /** Takes a result; it will be stored soon. */
    void add(Settlement settlement) {
        pending.add(settlement);
    }

    /** How many results wait to be stored. */
    int size() {
        return pending.size();
    }

    boolean isHealthy() {
        return !failing && thread.isAlive();
    }

    /** Ends the loop; results that come in later are not stored. */
    void stop(Duration patience) throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(Math.max(1, patience.toMillis()));
    }

    private void loop() {
        List<Settlement> group = new ArrayList<>(MOST_AT_ONCE);
        while (!stopping || !pending.isEmpty()) {
            try {
                Settlement first = pending.poll(1, TimeUnit.SECONDS);
                if (first == null) {
                    continue;
                }
                group.clear();
                group.add(first);
                pending.drainTo(group, MOST_AT_ONCE - 1);
                settle(group);
            } catch (InterruptedException e) {
                // Asked to stop: what is pending is still stored.
                continue;
            } catch (RuntimeException e) {
                DispatchLog.LOG.loopError("settling", e);
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void settle(List<Settlement> group) {
        while (true) {
            try {
                store(group);
                failing = false;
                return;
            } catch (SQLException e) {
                if (Database.isOutage(e)) {
                    if (!failing) {
                        DispatchLog.LOG.cannotSettle(group.size() + pending.size(), String.valueOf(e.getMessage()));
                    }
                    failing = true;
                    if (stopping) {
                        return;
                    }
                    LockSupport.parkNanos(this, RETRY_NANOS);
                } else if (group.size() > 1) {
                    int half = group.size() / 2;
                    settle(List.copyOf(group.subList(0, half)));
                    settle(List.copyOf(group.subList(half, group.size())));
                    return;
                } else {
                    replace(group.get(0), e);
                    return;
                }
            }
        }
    }

    private void replace(Settlement culprit, SQLException cause) {
        DispatchLog.LOG.unstorable(culprit.claim().id(), String.valueOf(cause.getMessage()));
        Attempt attempt = new Attempt(
                Attempt.Outcome.BROKEN,
                502,
                "The result could not be stored.",
                false,
                culprit.attempt() == null ? Duration.ZERO : culprit.attempt().took());
        Settlement failed = Settlement.ended(culprit.claim(), TaskState.FAILED, attempt);
        try {
            store(List.of(failed));
        } catch (SQLException e) {
            // Its claim stands; the next look for orphans puts it back.
            listener.settled(failed, null);
        }
    }

    private void store(List<Settlement> group) throws SQLException {
        TaskState[] now = database.transaction(connection -> {
            TaskState[] states = new TaskState[group.size()];
            List<Ended> ended = queue.settle(connection, member.getAsLong(), group, states);
            if (!ended.isEmpty()) {
                ending.ended(connection, ended);
            }
            return states;
        });
        int refused = 0;
        for (int i = 0; i < now.length; i++) {
            if (now[i] == null) {
                refused++;
            }
            listener.settled(group.get(i), now[i]);
        }
        if (refused > 0) {
            DispatchLog.LOG.refused(refused);
        }
    }
}

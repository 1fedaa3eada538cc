package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
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
    /** What a statement holds is in memory several times over while it is sent. */
    private static final long MOST_BYTES_AT_ONCE = 8L << 20;

    private static final int MOST_UNSETTLED = 4_000;
    private static final long RETRY_NANOS = 250_000_000;
    private static final int LONGEST_PAUSE_MINUTES = 60;

    private final Database database;
    private final Queue queue;
    private final Ending ending;
    private final LongSupplier member;
    private final Listener listener;
    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final BlockingQueue<Settlement> pending = new LinkedBlockingQueue<>();
    private final Thread thread;

    private volatile boolean stopping;
    private volatile boolean givenUp;
    private volatile boolean failing;

    /** Who is to know what became of settlements. */
    interface Listener {
        /** This is over; {@code state} is the task's state now, null where the settlement was refused. */
        void settled(Settlement settlement, TaskState state);
    }

    /** @param mostBytes where results that are not stored take more, there is no {@link #room} */
    Settler(
            Database database,
            Queue queue,
            Ending ending,
            LongSupplier member,
            Listener listener,
            long mostBytes,
            ThreadFactory threads) {
        this.database = database;
        this.queue = queue;
        this.ending = ending;
        this.member = member;
        this.listener = listener;
        this.mostBytes = mostBytes;
        this.thread = threads.newThread(this::loop);
    }

    void start() {
        thread.start();
    }

    /** Takes a result; it will be stored soon. */
    void add(Settlement settlement) {
        bytes.addAndGet(bytes(settlement));
        pending.add(settlement);
        LockSupport.unpark(thread);
    }

    /** How much more work may be begun: 0 where too many results wait to be stored, or they take too much memory. */
    int room() {
        return bytes.get() > mostBytes ? 0 : Math.max(0, MOST_UNSETTLED - pending.size());
    }

    /** How much memory the text of a result takes at most. */
    private static long bytes(Settlement settlement) {
        Attempt attempt = settlement.attempt();
        return attempt == null || attempt.body() == null
                ? 0
                : (long) Character.BYTES * attempt.body().length();
    }

    boolean isHealthy() {
        return !failing && thread.isAlive();
    }

    /**
     * Stores what has come in and ends the loop; what comes in later is not stored.
     *
     * @param patience how long to go on trying where the database does not answer
     */
    void stop(Duration patience) throws InterruptedException {
        stopping = true;
        // Not by an interrupt: it would close H2's files where it meets a write.
        LockSupport.unpark(thread);
        thread.join(Math.max(1, patience.toMillis()));
        givenUp = true;
        LockSupport.unpark(thread);
        if (!pending.isEmpty()) {
            DispatchLog.LOG.notStored(pending.size());
        }
    }

    private void loop() {
        List<Settlement> group = new ArrayList<>(MOST_AT_ONCE);
        while (!givenUp) {
            if (pending.isEmpty()) {
                if (stopping) {
                    return;
                }
                LockSupport.park(this);
                continue;
            }
            group.clear();
            pending.drainTo(group, MOST_AT_ONCE);
            int from = 0;
            while (from < group.size()) {
                int to = portion(group, from);
                settle(List.copyOf(group.subList(from, to)));
                // The list is not to keep what is stored.
                Collections.fill(group.subList(from, to), null);
                from = to;
            }
        }
    }

    /** Where what is stored at once ends: one result at least, of long ones no more than a statement should hold. */
    private static int portion(List<Settlement> group, int from) {
        long taken = bytes(group.get(from));
        int to = from + 1;
        while (to < group.size() && taken + bytes(group.get(to)) <= MOST_BYTES_AT_ONCE) {
            taken += bytes(group.get(to));
            to++;
        }
        return to;
    }

    private void settle(List<Settlement> group) {
        TaskState[] now;
        try {
            now = storePatiently(group);
        } catch (SQLException | RuntimeException | Error e) {
            if (group.size() > 1) {
                int half = group.size() / 2;
                settle(List.copyOf(group.subList(0, half)));
                settle(List.copyOf(group.subList(half, group.size())));
            } else {
                forget(group);
                replace(group.get(0), e);
            }
            return;
        }
        if (now != null) {
            forget(group);
            tell(group, now);
        }
    }

    /** What these take is free: whoever is told of them finds it so. */
    private void forget(List<Settlement> group) {
        bytes.addAndGet(-group.stream().mapToLong(Settler::bytes).sum());
    }

    /** Tries until the database has taken or refused them; null where this has been given up. */
    private TaskState[] storePatiently(List<Settlement> group) throws SQLException {
        while (true) {
            try {
                TaskState[] now = store(group);
                failing = false;
                return now;
            } catch (SQLException e) {
                if (!Database.isOutage(e)) {
                    throw e;
                }
                if (givenUp) {
                    DispatchLog.LOG.notStored(group.size());
                    return null;
                }
                if (!failing) {
                    DispatchLog.LOG.cannotSettle(group.size() + pending.size(), String.valueOf(e.getMessage()));
                }
                failing = true;
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private TaskState[] store(List<Settlement> group) throws SQLException {
        TaskState[] states = new TaskState[group.size()];
        Runnable afterwards = database.transaction(connection -> {
            Arrays.fill(states, null);
            List<Ended> ended = queue.settle(connection, member.getAsLong(), group, states);
            return ended.isEmpty() ? Ending.NOTHING_MORE : ending.ended(connection, ended);
        });
        afterwards.run();
        return states;
    }

    private void tell(List<Settlement> group, TaskState[] now) {
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

    /** Stores in place of a result that cannot be stored that it could not be. */
    private void replace(Settlement culprit, Throwable cause) {
        DispatchLog.LOG.unstorable(culprit.claim().id(), cause);
        Attempt attempt = new Attempt(
                Attempt.Outcome.BROKEN,
                502,
                "The result could not be stored.",
                false,
                culprit.attempt() == null ? Duration.ZERO : culprit.attempt().took());
        // Where the end itself is what cannot be stored, the task is done again, and again, at a growing distance.
        int minutes = 1 << Math.min(culprit.claim().attempt() - 1, 6);
        Duration pause = Duration.ofMinutes(Math.min(minutes, LONGEST_PAUSE_MINUTES));
        List<Settlement> replacements = List.of(
                Settlement.ended(culprit.claim(), TaskState.FAILED, attempt),
                Settlement.again(culprit.claim(), attempt, pause));
        for (Settlement replacement : replacements) {
            try {
                TaskState[] now = storePatiently(List.of(replacement));
                if (now != null) {
                    tell(List.of(replacement), now);
                }
                return;
            } catch (SQLException | RuntimeException | Error e) {
                DispatchLog.LOG.unstorable(culprit.claim().id(), e);
            }
        }
        // Its claim stands; the next look for orphans puts it back.
        listener.settled(culprit, null);
    }
}

package org.taskcenter.cluster;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.taskcenter.store.Database;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Rescued;

/**
 * The loop that keeps this member alive and takes over the work of those that are not. It never ends by itself: without a
 * database it goes on trying.
 */
public final class Pulse {
    private static final long RETRY_NANOS = 500_000_000;
    private static final long WATCH_NANOS = 250_000_000;
    private static final long JOIN_MILLIS = 10_000;

    private final Membership membership;
    private final Members members;
    private final Rescue rescue;
    private final Duration heartbeat;
    private final Duration lease;
    private final Listener listener;
    private final Thread beat;
    private final Thread watch;
    private final AtomicBoolean workStopped = new AtomicBoolean();

    private volatile boolean stopping;
    private volatile boolean healthy;
    private boolean failed;
    private volatile String lastFailure = "frozen or overloaded";

    /** Who is to know what the pulse finds. */
    public interface Listener {
        /** This member must stop what it is doing: it is, or soon will be, taken for dead. Told again and again. */
        void stopWork();

        /** Tasks went back to waiting. */
        void rescued(List<Rescued> tasks);
    }

    public Pulse(
            Membership membership,
            Members members,
            Database database,
            Queue queue,
            Ending ending,
            Duration heartbeat,
            Duration lease,
            Listener listener,
            ThreadFactory threads) {
        this.membership = membership;
        this.members = members;
        this.rescue = new Rescue(database, queue, ending, listener::rescued);
        this.heartbeat = heartbeat;
        this.lease = lease;
        this.listener = listener;
        this.beat = threads.newThread(this::beat);
        this.watch = threads.newThread(this::watch);
    }

    public void start() {
        beat.start();
        watch.start();
    }

    /** Whether the last beat went well, and not too long ago. */
    public boolean isHealthy() {
        return healthy && membership.mayWork();
    }

    /** Ends the loop; a beat under way is waited for. */
    public void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(beat);
        LockSupport.unpark(watch);
        beat.join(JOIN_MILLIS);
        watch.join(JOIN_MILLIS);
    }

    private void beat() {
        while (!stopping) {
            beatOnce();
            // After a failure sooner than the next heartbeat: an outage of a second should not cost five.
            LockSupport.parkNanos(this, healthy ? heartbeat.toNanos() : Math.min(heartbeat.toNanos(), RETRY_NANOS));
        }
    }

    private void beatOnce() {
        try {
            if (!membership.heartbeat()) {
                rejoin();
            }
            if (workStopped.compareAndSet(true, false)) {
                ClusterLog.LOG.workResumed();
            }
            if (membership.mayJudge()) {
                int dead = members.declareDead(lease);
                if (dead > 0) {
                    ClusterLog.LOG.declaredDead(dead);
                }
            }
            rescue.pass();
            healthy = true;
            failed = false;
        } catch (SQLException | RuntimeException | Error e) {
            healthy = false;
            lastFailure = String.valueOf(e.getMessage());
            if (!failed) {
                failed = true;
                ClusterLog.LOG.beatFailed(lastFailure);
            }
        }
    }

    private void rejoin() throws SQLException {
        ClusterLog.LOG.leaseLost(membership.id());
        // Others are doing that work, or soon will be.
        listener.stopWork();
        membership.join();
    }

    /** A thread of its own, since the other one may hang in a call to the database for longer than the lease. */
    private void watch() {
        while (!stopping) {
            if (!membership.mayWork()) {
                if (workStopped.compareAndSet(false, true)) {
                    ClusterLog.LOG.workStopped(lastFailure);
                }
                listener.stopWork();
            }
            LockSupport.parkNanos(this, Math.min(heartbeat.toNanos() / 4, WATCH_NANOS));
        }
    }
}

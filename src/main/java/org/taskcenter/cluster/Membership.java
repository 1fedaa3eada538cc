package org.taskcenter.cluster;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.taskcenter.store.Ids;

/**
 * This boot's place in the cluster: one incarnation after another, each with a lease that heartbeats renew.
 *
 * <p>It trusts its own clock only to judge how long ago it managed a heartbeat: a member that was frozen, or cut off from
 * the database, finds out by itself that it must not work any more, before the others may take its work.
 */
public final class Membership {
    private final Members members;
    private final Ids ids;
    private final String host;
    private final Duration lease;
    private final Duration stopWork;
    private final LongSupplier nanoTime;
    private final LongConsumer joined;

    private volatile long id;
    private volatile long lastHeartbeat;
    private volatile boolean alone = true;
    /** Since when heartbeats have succeeded one after the other; what an outage of the database interrupts. */
    private volatile long unbrokenSince;
    /** Whether the last heartbeat failed, or came too late to know what happened meanwhile. */
    private volatile boolean broken;

    /**
     * @param lease how long others wait for a heartbeat before they take this member's work
     * @param stopWork how long this member goes on without one; less than {@code lease}
     * @param nanoTime a clock as {@link System#nanoTime()}
     * @param joined is told each incarnation
     */
    public Membership(
            Members members,
            Ids ids,
            String host,
            Duration lease,
            Duration stopWork,
            LongSupplier nanoTime,
            LongConsumer joined) {
        this.members = members;
        this.ids = ids;
        this.host = host;
        this.lease = lease;
        this.stopWork = stopWork;
        this.nanoTime = nanoTime;
        this.joined = joined;
    }

    /** Joins the cluster as a new incarnation. */
    public void join() throws SQLException {
        long incarnation = ids.take(1)[0];
        long now = nanoTime.getAsLong();
        members.register(incarnation, host);
        lastHeartbeat = now;
        unbrokenSince = now;
        broken = false;
        id = incarnation;
        joined.accept(incarnation);
        ClusterLog.LOG.joined(incarnation, host);
    }

    /** The present incarnation. */
    public long id() {
        return id;
    }

    /** Whether the last heartbeat is recent enough for this member to begin work, go on with it and be believed. */
    public boolean mayWork() {
        return !workLeft().isZero();
    }

    /** For how long this member may go on with its work without another heartbeat; zero where it may not. */
    public Duration workLeft() {
        return Duration.ofNanos(Math.max(0, lastHeartbeat + stopWork.toNanos() - nanoTime.getAsLong()));
    }

    /** Whether no other member was alive at the last heartbeat. */
    public boolean isAlone() {
        return alone;
    }

    /**
     * Renews the lease.
     *
     * @return whether it was still there; else this member has to {@link #join} anew
     * @throws SQLException and the lease runs on
     */
    boolean heartbeat() throws SQLException {
        // The lease counts from when it was asked for: the answer may come much later.
        long now = nanoTime.getAsLong();
        broken |= now - lastHeartbeat >= stopWork.toNanos();
        boolean kept;
        try {
            kept = members.heartbeat(id);
        } catch (SQLException | RuntimeException e) {
            broken = true;
            throw e;
        }
        if (!kept) {
            return false;
        }
        if (broken) {
            broken = false;
            unbrokenSince = now;
        }
        lastHeartbeat = now;
        alone = members.alive().size() <= 1;
        return true;
    }

    /**
     * Whether this member has heard from the database long enough to tell a dead member from one that could not reach the
     * database either.
     */
    boolean mayJudge() {
        return nanoTime.getAsLong() - unbrokenSince >= lease.toNanos() && mayWork();
    }

    /** Leaves the cluster: what this incarnation still holds is taken over at once. */
    public void leave() throws SQLException {
        members.retire(id);
    }

    /** Retires an earlier incarnation that is known to have ended. */
    public void retirePredecessor(long predecessor) throws SQLException {
        members.retire(predecessor);
    }
}

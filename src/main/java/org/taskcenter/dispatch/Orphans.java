package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.taskcenter.cluster.Membership;
import org.taskcenter.store.Database;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Queue;

/** Looks now and then for claims that the store says are this member's and this member does not know of. */
final class Orphans {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Database database;
    private final Queue queue;
    private final Membership membership;
    private final Work work;
    private final Admission admission;
    private volatile long next = System.nanoTime();

    Orphans(Database database, Queue queue, Membership membership, Work work, Admission admission) {
        this.database = database;
        this.queue = queue;
        this.membership = membership;
        this.work = work;
        this.admission = admission;
    }

    /** There may be some: a claim whose answer was lost may have been stored. */
    void suspect() {
        next = System.nanoTime();
    }

    boolean isDue(long now) {
        return now - next >= 0;
    }

    /** Those of this moment. */
    List<Claim> find() throws SQLException {
        next = System.nanoTime() + EVERY_NANOS;
        // In between, something can be settled; what is claimed is in hand before it is stored, or claimed by this
        // thread.
        Set<Long> before = work.tasks();
        Set<Long> foreseen = admission.foreseen();
        List<Claim> orphans =
                new ArrayList<>(database.statement(connection -> queue.held(connection, membership.id())));
        orphans.removeIf(claim -> foreseen.contains(claim.id())
                || work.holds(claim)
                || before.contains(claim.id()) && !work.holds(claim.id()));
        return orphans;
    }
}

package org.taskcenter.dispatch;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Details;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;

/**
 * Stores tasks that follow from others, in the transaction of those: stored both or none. What has been accepted has a right
 * to its successors, so the limit of waiting tasks does not hold for them. Where this member has places for them, the same
 * statement claims them.
 *
 * @param <T> the details of a task
 */
public final class Successors<T> {
    private final Queue queue;
    private final Ids ids;
    private final Lanes lanes;
    private final Details<T> details;
    private final Announcer announcer;

    public Successors(Queue queue, Ids ids, Lanes lanes, Details<T> details, Announcer announcer) {
        this.queue = queue;
        this.ids = ids;
        this.lanes = lanes;
        this.details = details;
        this.announcer = announcer;
    }

    /**
     * Stores tasks; those whose (kind, client, clientId) is taken are there already.
     *
     * @return tells of them; to be run when the transaction is committed
     */
    public Runnable add(Connection connection, List<Intake.Item<T>> items) throws SQLException {
        return add(connection, items, given -> {});
    }

    /**
     * As {@link #add(Connection, List)}.
     *
     * @param numbered is told the ids of the tasks as soon as they are stored
     */
    public Runnable add(Connection connection, List<Intake.Item<T>> items, Consumer<long[]> numbered)
            throws SQLException {
        Numbered<T> tasks = Numbered.of(items, lanes, ids);
        long[] newIds = tasks.ids();
        Details.Rows rows = tasks.rows(details);
        Places places = announcer.foresee(newIds, tasks.lanes(), tasks.drafts());
        TaskState[] states = queue.add(connection, tasks.at(places, rows));
        numbered.accept(newIds);
        return () -> {
            announcer.adopt(places, newIds, states);
            announcer.announce(tasks.drafts(), tasks.lanes(), states);
        };
    }
}

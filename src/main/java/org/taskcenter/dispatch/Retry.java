package org.taskcenter.dispatch;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.store.Database;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Reopened;

/** An operator's retry: an ended task waits again, as its next generation. */
public final class Retry {
    private final Database database;
    private final Queue queue;
    private final Dispatcher dispatcher;
    private final Wakeup wakeup;

    /** What is to be stored with a retry. */
    @FunctionalInterface
    public interface Record {
        void of(Connection connection, Reopened task) throws SQLException;
    }

    public Retry(Database database, Queue queue, Dispatcher dispatcher, Wakeup wakeup) {
        this.database = database;
        this.queue = queue;
        this.dispatcher = dispatcher;
        this.wakeup = wakeup;
    }

    /**
     * Opens a task anew.
     *
     * @param record is stored with it, or neither is
     * @return whether it had ended
     */
    public boolean retry(long task, Record record) throws SQLException {
        List<Reopened> reopened = database.transaction(connection -> {
            List<Reopened> found = queue.reopen(connection, List.of(task));
            for (Reopened one : found) {
                record.of(connection, one);
            }
            return found;
        });
        for (Reopened one : reopened) {
            Wakeup.Hint hint = new Wakeup.Hint(one.lane(), one.priority());
            dispatcher.waiting(hint);
            wakeup.waiting(List.of(hint));
        }
        return !reopened.isEmpty();
    }
}

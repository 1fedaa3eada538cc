package org.taskcenter.cluster;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.taskcenter.store.Database;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Rescued;

/**
 * Takes over what members that are not alive still hold, whenever that began. A task whose rescue fails holds up the others
 * only for a while: fewer are taken at once then, and other ones each time.
 */
final class Rescue {
    /** How many members may die with a task in their hands before it is ended as failed. */
    private static final int LAST_RESCUE = 3;

    private static final int MOST_AT_ONCE = 500;
    private static final int MOST_ROUNDS = 20;

    private final Database database;
    private final Queue queue;
    private final Ending ending;
    private final Consumer<List<Rescued>> listener;
    private int atOnce = MOST_AT_ONCE;
    private boolean told;

    Rescue(Database database, Queue queue, Ending ending, Consumer<List<Rescued>> listener) {
        this.database = database;
        this.queue = queue;
        this.ending = ending;
        this.listener = listener;
    }

    /**
     * Takes what there is; where that is much, the rest is left for the next time.
     *
     * @throws SQLException where the database cannot be asked
     */
    void pass() throws SQLException {
        boolean failed = false;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            try {
                List<Rescued> taken = new ArrayList<>();
                Runnable afterwards = database.transaction(connection -> {
                    taken.clear();
                    taken.addAll(queue.rescue(connection, LAST_RESCUE, atOnce));
                    List<Ended> ended = ended(taken);
                    return ended.isEmpty() ? Ending.NOTHING_MORE : ending.ended(connection, ended);
                });
                afterwards.run();
                if (!taken.isEmpty()) {
                    ClusterLog.LOG.rescued(taken.size());
                    listener.accept(taken);
                }
                boolean more = taken.size() == atOnce;
                atOnce = Math.min(MOST_AT_ONCE, atOnce * 2);
                if (!more) {
                    break;
                }
            } catch (SQLException e) {
                if (Database.isOutage(e)) {
                    throw e;
                }
                failed = true;
                fewer(e);
            } catch (RuntimeException | Error e) {
                failed = true;
                fewer(e);
            }
        }
        told &= failed;
    }

    private void fewer(Throwable cause) {
        if (!told) {
            told = true;
            ClusterLog.LOG.rescueFailed(cause);
        }
        atOnce = Math.max(1, atOnce / 8);
    }

    private static List<Ended> ended(List<Rescued> rescued) {
        return rescued.stream()
                .filter(task -> task.state().isEnded())
                .map(task -> new Ended(task.id(), task.kind(), task.client(), task.generation(), task.state()))
                .toList();
    }
}

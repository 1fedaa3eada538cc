package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.taskcenter.store.Database;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;
import org.taskcenter.upstream.Tasks;

/** Ends the open tasks of deleted channels. One that is being submitted at this moment is left for the next time. */
final class Deletions implements Tasks {
    private static final int MOST_AT_ONCE = 500;
    private static final Refusal REASON = new Refusal(503, "get_channel_failed", "The channel that had it was deleted");

    private final Database database;
    private final Queue queue;
    private final Ends ends;
    private final Ending others;

    /** @param others what else has to happen when tasks end */
    Deletions(Database database, Queue queue, Ends ends, Ending others) {
        this.database = database;
        this.queue = queue;
        this.ends = ends;
        this.others = others;
    }

    @Override
    public void channelDeleted(long channel) throws SQLException {
        int total = 0;
        long after = 0;
        while (true) {
            long from = after;
            List<Long> open = database.statement(connection -> Rows.openOf(connection, channel, from, MOST_AT_ONCE));
            if (open.isEmpty()) {
                break;
            }
            List<Row> failed = new ArrayList<>();
            Runnable afterwards = database.transaction(connection -> {
                failed.clear();
                return end(connection, channel, open, failed);
            });
            afterwards.run();
            ends.tell(failed);
            total += failed.size();
            after = open.get(open.size() - 1);
        }
        if (total > 0) {
            PlatformLog.LOG.endedOfDeleted(total, channel);
        }
    }

    private Runnable end(Connection connection, long channel, List<Long> open, List<Row> failed) throws SQLException {
        Set<Long> waiting = Rows.lockWaiting(connection, open);
        Map<Long, Row> rows = Rows.lock(connection, waiting);
        rows.values().removeIf(row -> row.status().isFinal() || row.channel() != channel);
        if (rows.isEmpty()) {
            return Ending.NOTHING_MORE;
        }
        List<Ended> ended = queue.endWaiting(connection, List.copyOf(rows.keySet()), TaskState.FAILED);
        Runnable afterwards = others.ended(connection, ended);
        Map<Long, Refusal> reasons = new HashMap<>();
        rows.keySet().forEach(id -> reasons.put(id, REASON));
        failed.addAll(ends.fail(connection, rows, reasons));
        return afterwards;
    }
}

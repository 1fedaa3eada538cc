package org.taskcenter.ansible;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;

/**
 * What follows from the end of runs and shares, whatever ended them: nodes without a result have one from then on, and the last
 * share of a run ends the run.
 */
final class RunEnds implements Ending {
    private static final String GIVEN_UP = "the centre failed at it";

    private final Queue queue;

    RunEnds(Queue queue) {
        this.queue = queue;
    }

    @Override
    public Runnable ended(Connection connection, List<Ended> tasks) throws SQLException {
        for (Ended task : tasks) {
            if (task.kind().equals(PlayRunner.RUN)) {
                endNodes(connection, new Part(task.id(), Part.ALL), task.state());
            }
        }
        Map<Long, TaskState> shares = tasks.stream()
                .filter(task -> task.kind().equals(PlayRunner.SHARE))
                .collect(Collectors.toMap(Ended::id, Ended::state));
        if (!shares.isEmpty()) {
            endShares(connection, shares);
        }
        return NOTHING_MORE;
    }

    private void endShares(Connection connection, Map<Long, TaskState> shares) throws SQLException {
        Map<Long, Integer> ended = new TreeMap<>();
        for (Map.Entry<Long, Part> share : new TreeMap<>(RunRows.shares(connection, shares.keySet())).entrySet()) {
            endNodes(connection, share.getValue(), shares.get(share.getKey()));
            ended.merge(share.getValue().run(), 1, Integer::sum);
        }
        for (Map.Entry<Long, Integer> run : ended.entrySet()) {
            if (takeOff(connection, run.getKey(), run.getValue()) == 0) {
                TaskState end = end(RunRows.counts(connection, run.getKey()));
                queue.endWaiting(connection, List.of(run.getKey()), end);
            }
        }
    }

    private static void endNodes(Connection connection, Part part, TaskState state) throws SQLException {
        boolean cancelled = state == TaskState.CANCELLED;
        RunRows.endOpen(connection, part, cancelled ? Status.STOPPED : Status.FAILED, cancelled ? null : GIVEN_UP);
    }

    /** Counts shares of a run that have ended; others who do wait here for the end of this transaction. */
    private static int takeOff(Connection connection, long run, int shares) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update ansible_run set open_shares = open_shares - ? where task_id = ?")) {
            update.setInt(1, shares);
            update.setLong(2, run);
            update.executeUpdate();
        }
        try (PreparedStatement select =
                connection.prepareStatement("select open_shares from ansible_run where task_id = ?")) {
            select.setLong(1, run);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : -1;
            }
        }
    }

    /** How a run has ended whose nodes all have a result. */
    static TaskState end(Map<Status, Integer> counts) {
        if (counts.containsKey(Status.STOPPED)) {
            return TaskState.CANCELLED;
        }
        if (!counts.containsKey(Status.SUCCEEDED)) {
            return TaskState.FAILED;
        }
        return counts.size() == 1 ? TaskState.SUCCEEDED : TaskState.PARTLY;
    }
}

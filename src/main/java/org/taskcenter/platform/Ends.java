package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.taskcenter.listing.Change;
import org.taskcenter.listing.Counts;
import org.taskcenter.quota.Charged;
import org.taskcenter.quota.Ledger;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.TaskState;

/**
 * Brings tasks of platforms to their end, in the transaction that ends their engine's tasks: the status, the counters, and,
 * for whatever did not succeed, what was charged goes back.
 */
final class Ends implements Ending {
    private static final Refusal CANCELLED = new Refusal(410, "task_cancelled", "Cancelled");
    private static final String FAILED = "The centre failed at this task; its log tells why";

    private final Counts counts;
    private final Ledger ledger;
    private final Clock clock;
    private final Consumer<List<Row>> listener;

    /** @param listener is told of rows as they have ended, when that is stored */
    Ends(Counts counts, Ledger ledger, Clock clock, Consumer<List<Row>> listener) {
        this.counts = counts;
        this.ledger = ledger;
        this.clock = clock;
        this.listener = listener;
    }

    /** For ends that no third party has told: cancelled, refused by all, timed out, given up. */
    @Override
    public Runnable ended(Connection connection, List<Ended> tasks) throws SQLException {
        Map<Long, TaskState> states = new TreeMap<>();
        for (Ended task : tasks) {
            if (task.kind().equals(PlatformRunner.KIND)) {
                states.put(task.id(), task.state());
            }
        }
        if (states.isEmpty()) {
            return NOTHING_MORE;
        }
        Map<Long, Refusal> reasons = new HashMap<>();
        Map<Long, Row> rows = Rows.lock(connection, states.keySet());
        rows.values().removeIf(row -> row.status().isFinal());
        rows.forEach((id, row) -> reasons.put(id, reason(row, states.get(id))));
        List<Row> failed = fail(connection, rows, reasons);
        return () -> tell(failed);
    }

    private static Refusal reason(Row row, TaskState state) {
        if (state == TaskState.CANCELLED) {
            return CANCELLED;
        }
        return new Refusal(row.refusedAs(), row.refusedCode(), row.failReason().isEmpty() ? FAILED : row.failReason());
    }

    /**
     * Ends locked rows as failed and gives back what they were charged.
     *
     * @param reasons by id, for all of the rows: what whoever still waits for the submission is told
     * @return the rows as they are now
     */
    List<Row> fail(Connection connection, Map<Long, Row> rows, Map<Long, Refusal> reasons) throws SQLException {
        long now = clock.instant().getEpochSecond();
        List<Row> before = List.copyOf(new TreeMap<>(rows).values());
        List<Row> failed = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement("""
                update platform_task set status = 'FAILURE', fail_reason = ?, progress = '100%', sending = false,
                       finish_time = ?, updated_at = ?, refused_as = ?, refused_code = ? where id = ?""")) {
            for (Row row : before) {
                Refusal reason = reasons.get(row.id());
                update.setString(1, reason.message());
                update.setLong(2, Math.max(now, row.startTime()));
                update.setLong(3, now);
                update.setInt(4, reason.status());
                update.setString(5, reason.code());
                update.setLong(6, row.id());
                update.addBatch();
                failed.add(row.failed(reason));
            }
            update.executeBatch();
        }
        count(connection, before, Status.FAILURE);
        refund(connection, before);
        return failed;
    }

    /** Tells of rows that have ended, when that is stored. */
    void tell(List<Row> failed) {
        listener.accept(failed);
    }

    /** Gives back what these were charged. */
    void refund(Connection connection, List<Row> rows) throws SQLException {
        if (!rows.isEmpty()) {
            ledger.refund(
                    connection,
                    rows.stream()
                            .map(row -> new Charged(row.id(), row.generation()))
                            .toList(),
                    "the task failed");
        }
    }

    private void count(Connection connection, List<Row> rows, Status now) throws SQLException {
        List<Change> changes = new ArrayList<>();
        for (Row row : rows) {
            changes.add(new Change(row.group(), row.id(), -1));
            changes.add(new Change(row.group(row.channel(), now), row.id(), 1));
        }
        if (!changes.isEmpty()) {
            counts.add(connection, changes);
        }
    }
}

package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.taskcenter.listing.Change;
import org.taskcenter.listing.Counts;
import org.taskcenter.quota.Charge;
import org.taskcenter.quota.Ledger;
import org.taskcenter.store.OneNumber;

/** Opens tasks that have ended anew, in the transaction that opens the engine's: charged once more, and as if nobody had ever had them. */
final class Reopenings {
    private final Counts counts;
    private final Ledger ledger;
    private final Clock clock;

    Reopenings(Counts counts, Ledger ledger, Clock clock) {
        this.counts = counts;
        this.ledger = ledger;
        this.clock = clock;
    }

    void reopen(Connection connection, long id, int generation) throws SQLException {
        Row row = Rows.lock(connection, List.of(id)).get(id);
        try (PreparedStatement update = connection.prepareStatement("""
                update platform_task set status = 'NOT_START', upstream_id = null, sending = false, fail_reason = '',
                       progress = '0%', start_time = 0, finish_time = 0, data = '{}', taken_at = null, refused_as = 0,
                       refused_code = null, resubmissions = 0, generation = ?, updated_at = ? where id = ?""")) {
            update.setInt(1, generation);
            update.setLong(2, clock.instant().getEpochSecond());
            update.setLong(3, id);
            update.executeUpdate();
        }
        counts.add(
                connection,
                List.of(
                        new Change(row.group(), id, -1),
                        new Change(row.group(row.channel(), Status.NOT_START), id, 1)));
        long price = price(connection, id);
        if (!ledger.charge(connection, new Charge(row.account(), price, id, generation, row.taskId()))) {
            throw new TooLittleQuota(price);
        }
    }

    private static long price(Connection connection, long id) throws SQLException {
        return OneNumber.of(connection, "select quota from platform_task where id = ?", id);
    }
}

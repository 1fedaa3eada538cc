package org.taskcenter.account;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.taskcenter.store.Database;

/** When tokens were last used, gathered in memory and written now and then. */
final class LastUses {
    private final Database database;
    private final Map<Long, Long> seconds = new ConcurrentHashMap<>();

    LastUses(Database database) {
        this.database = database;
    }

    void note(long token, Instant now) {
        Long second = now.getEpochSecond();
        Long noted = seconds.get(token);
        // Reading is what thousands of requests a second can do at once; writing happens once a second.
        if (!second.equals(noted)) {
            seconds.put(token, second);
        }
    }

    /** Writes what was gathered. What cannot be written now is written the next time. */
    void store() {
        // In the order of the rows: members that write at the same time do not stop each other.
        Map<Long, Long> gathered = new TreeMap<>(seconds);
        if (gathered.isEmpty()) {
            return;
        }
        try {
            database.transaction(connection -> {
                try (var update = connection.prepareStatement(
                        "update token set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?)")) {
                    for (Map.Entry<Long, Long> use : gathered.entrySet()) {
                        OffsetDateTime at =
                                Instant.ofEpochSecond(use.getValue()).atOffset(ZoneOffset.UTC);
                        update.setObject(1, at);
                        update.setLong(2, use.getKey());
                        update.setObject(3, at);
                        update.addBatch();
                    }
                    return update.executeBatch();
                }
            });
            gathered.forEach(seconds::remove);
        } catch (SQLException e) {
            AccountLog.LOG.cannotStoreUses(e.toString());
        }
    }
}

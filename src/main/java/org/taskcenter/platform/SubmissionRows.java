package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.taskcenter.listing.Change;
import org.taskcenter.listing.Counts;
import org.taskcenter.store.Database;
import org.taskcenter.task.Claim;

/** What is stored of submissions on their way. */
final class SubmissionRows {
    private final Database database;
    private final Counts counts;
    private final Clock clock;

    /** A task that is about to be sent to a channel. */
    record Sending(Claim claim, long channel) {}

    SubmissionRows(Database database, Counts counts, Clock clock) {
        this.database = database;
        this.counts = counts;
        this.clock = clock;
    }

    /**
     * What may be sent.
     *
     * @param standing the tasks whose claims still stand; the others must not be sent
     * @param sending those of them whose channels are there and enabled at this moment
     */
    record Marked(Set<Long> standing, Set<Long> sending) {}

    /** Notes that channels may be called from now on. */
    Marked sending(List<Sending> trips) throws SQLException {
        List<Sending> ordered = trips.stream()
                .sorted(Comparator.comparing(trip -> trip.claim().id()))
                .toList();
        return database.transaction(connection -> {
            Set<Long> standing = new HashSet<>();
            for (Sending trip : ordered) {
                if (Rows.lockClaim(connection, trip.claim().id(), trip.claim().epoch())) {
                    standing.add(trip.claim().id());
                }
            }
            Map<Long, Row> rows = Rows.lock(connection, standing);
            standing.removeIf(
                    id -> !rows.containsKey(id) || rows.get(id).status().isFinal());
            List<Sending> ready = ordered.stream()
                    .filter(trip -> standing.contains(trip.claim().id()))
                    .toList();
            return new Marked(standing, mark(connection, ready, rows));
        });
    }

    private Set<Long> mark(Connection connection, List<Sending> trips, Map<Long, Row> rows) throws SQLException {
        int[] marked;
        try (PreparedStatement update = connection.prepareStatement("""
                update platform_task set sending = true, channel_id = ?, updated_at = ? where id = ?
                   and exists (select 1 from upstream where upstream.id = ? and enabled and not deleted)""")) {
            for (Sending trip : trips) {
                update.setLong(1, trip.channel());
                update.setLong(2, clock.instant().getEpochSecond());
                update.setLong(3, trip.claim().id());
                update.setLong(4, trip.channel());
                update.addBatch();
            }
            marked = trips.isEmpty() ? new int[0] : update.executeBatch();
        }
        Set<Long> sending = new HashSet<>();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < marked.length; i++) {
            Sending trip = trips.get(i);
            if (marked[i] == 0) {
                continue;
            }
            Row row = rows.get(trip.claim().id());
            sending.add(row.id());
            if (row.channel() != trip.channel()) {
                changes.add(new Change(row.group(), row.id(), -1));
                changes.add(new Change(row.group(trip.channel(), row.status()), row.id(), 1));
            }
        }
        if (!changes.isEmpty()) {
            counts.add(connection, changes);
        }
        return sending;
    }

    /** Notes that surely no channel has these tasks: whoever claims them next may submit them. Claims that have ended are left alone. */
    void notSent(List<Claim> claims) throws SQLException {
        List<Claim> ordered =
                claims.stream().sorted(Comparator.comparing(Claim::id)).toList();
        database.transaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update platform_task set sending = false where id = ? and status = 'NOT_START'")) {
                for (Claim claim : ordered) {
                    if (Rows.lockClaim(connection, claim.id(), claim.epoch())) {
                        update.setLong(1, claim.id());
                        update.addBatch();
                    }
                }
                update.executeBatch();
            }
            return null;
        });
    }

    /**
     * A channel has taken a task, perhaps long after it was asked.
     *
     * @param sent the row as it was when it was sent
     * @return the row as it is now; empty where it has moved on meanwhile
     */
    Optional<Row> taken(Row sent, long channel, String upstreamId) throws SQLException {
        long id = sent.id();
        return database.transaction(connection -> {
            Row row = Rows.lock(connection, List.of(id)).get(id);
            if (!isOnItsWay(row, sent, channel)) {
                return Optional.empty();
            }
            try (PreparedStatement update = connection.prepareStatement("""
                    update platform_task set status = 'SUBMITTED', upstream_id = ?, sending = false, fail_reason = '',
                           taken_at = current_timestamp, updated_at = ? where id = ?""")) {
                update.setString(1, upstreamId);
                update.setLong(2, clock.instant().getEpochSecond());
                update.setLong(3, id);
                update.executeUpdate();
            }
            count(connection, row, Status.SUBMITTED);
            return Optional.of(Rows.read(connection, List.of(id)).get(id));
        });
    }

    /** Nobody knows whether a channel has taken a task; returns false where it has moved on meanwhile. */
    boolean unknown(Row sent, long channel, String reason) throws SQLException {
        long id = sent.id();
        return database.transaction(connection -> {
            Row row = Rows.lock(connection, List.of(id)).get(id);
            if (!isOnItsWay(row, sent, channel)) {
                return false;
            }
            try (PreparedStatement update = connection.prepareStatement(
                    "update platform_task set status = 'UNKNOWN', fail_reason = ?, updated_at = ? where id = ?")) {
                update.setString(1, reason);
                update.setLong(2, clock.instant().getEpochSecond());
                update.setLong(3, id);
                update.executeUpdate();
            }
            count(connection, row, Status.UNKNOWN);
            return true;
        });
    }

    private static boolean isOnItsWay(Row row, Row sent, long channel) {
        return row != null
                && !row.status().isFinal()
                && row.upstreamId() == null
                && row.sending()
                && row.channel() == channel
                && row.generation() == sent.generation()
                && row.resubmissions() == sent.resubmissions();
    }

    /** Notes why a task is about to end: its end, a moment later, gives back what it cost. */
    void refused(Claim claim, Refusal refusal) throws SQLException {
        database.transaction(connection -> {
            if (!Rows.lockClaim(connection, claim.id(), claim.epoch())) {
                return null;
            }
            try (PreparedStatement update = connection.prepareStatement("""
                    update platform_task set fail_reason = ?, refused_as = ?, refused_code = ?
                     where id = ? and status not in ('SUCCESS', 'FAILURE')""")) {
                update.setString(1, refusal.message());
                update.setInt(2, refusal.status());
                update.setString(3, refusal.code());
                update.setLong(4, claim.id());
                update.executeUpdate();
            }
            return null;
        });
    }

    private void count(Connection connection, Row row, Status now) throws SQLException {
        if (row.status() != now) {
            counts.add(
                    connection,
                    List.of(
                            new Change(row.group(), row.id(), -1),
                            new Change(row.group(row.channel(), now), row.id(), 1)));
        }
    }
}

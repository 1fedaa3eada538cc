package org.taskcenter.upstream;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.taskcenter.store.Database;
import org.taskcenter.store.OneNumber;

/**
 * Something that is read from the database and remembered: changes made by this member are seen at once, those of others within
 * a second.
 *
 * @param <T> what is read; immutable
 */
final class Versions<T> {
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private record Known<T>(T value, long version, long readAt) {}

    private final Database database;
    private final Database.Work<T> reading;
    private final LongSupplier nanoTime;
    private volatile Known<T> known;
    private int forgotten;

    Versions(Database database, Database.Work<T> reading, LongSupplier nanoTime) {
        this.database = database;
        this.reading = reading;
        this.nanoTime = nanoTime;
    }

    /** Makes those who change something wait for each other, and lets every member see that there is something new. */
    static void countUp(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update upstream_version set version = version + 1")) {
            update.executeUpdate();
        }
    }

    T get() throws SQLException {
        Known<T> now = known;
        if (now != null && nanoTime.getAsLong() - now.readAt() < FRESH) {
            return now.value();
        }
        return read(now);
    }

    synchronized void forget() {
        known = null;
        forgotten++;
    }

    private synchronized int forgotten() {
        return forgotten;
    }

    /** Not where a change was made while it was being read. */
    private synchronized void keep(Known<T> read, int forgottenBefore) {
        if (forgotten == forgottenBefore) {
            known = read;
        }
    }

    private T read(Known<T> before) throws SQLException {
        long at = nanoTime.getAsLong();
        int forgottenBefore = forgotten();
        return database.statement(connection -> {
            // Read before the rest: what changes in between is read again later.
            long version = version(connection);
            T value = before != null && before.version() == version ? before.value() : reading.on(connection);
            keep(new Known<>(value, version, at), forgottenBefore);
            return value;
        });
    }

    private static long version(Connection connection) throws SQLException {
        return OneNumber.of(connection, "select version from upstream_version");
    }
}

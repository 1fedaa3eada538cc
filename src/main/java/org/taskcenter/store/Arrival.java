package org.taskcenter.store;

import java.sql.SQLException;
import java.time.Duration;
import org.taskcenter.config.DatabaseSettings;

/** The first contact with the database, which may be started at the same time as we are. */
final class Arrival {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int TRIES_A_LINE = 10;
    private final DatabaseSettings database;
    private final PlainDataSource source;

    Arrival(DatabaseSettings database) {
        this.database = database;
        this.source = PlainDataSource.patient(database);
    }

    /**
     * Waits until the database answers.
     *
     * @throws DatabaseUnusable where it does not within a minute, or refuses us
     */
    void await() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int tries = 0; ; tries++) {
            try {
                source.getConnection().close();
                return;
            } catch (SQLException e) {
                Duration left = Duration.ofNanos(end - System.nanoTime());
                if (!mayPass(e) || left.isNegative()) {
                    throw unusable(e);
                }
                if (tries % TRIES_A_LINE == 0) {
                    StoreLog.LOG.waitingForDatabase(database.place(), firstLine(e), left.toSeconds());
                }
                pause(e);
            }
        }
    }

    private void pause(SQLException reason) {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable(reason);
        }
    }

    /** Whether an error is of a database that is not there yet; a wrong password will not get better. */
    private boolean mayPass(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return database.isPostgresql() && (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53"));
    }

    private DatabaseUnusable unusable(SQLException e) {
        String advice = database.isPostgresql()
                ? "Check TASKCENTER_DB_URL, TASKCENTER_DB_USER and TASKCENTER_DB_PASSWORD."
                : "Only one centre at a time can use the embedded database of a TASKCENTER_HOME.";
        return new DatabaseUnusable(
                "The database at " + database.place() + " cannot be used: " + firstLine(e) + ". " + advice, e);
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceAll("[.\\s]+$", "");
    }
}

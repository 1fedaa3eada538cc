package org.taskcenter.store;

import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.taskcenter.config.DatabaseSettings;

/** Brings the schema up to date. */
public final class Migration {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private final DatabaseSettings database;
    private final PlainDataSource source;

    public Migration(DatabaseSettings database) {
        this.database = database;
        this.source = PlainDataSource.patient(database);
    }

    /**
     * Waits until the database answers.
     *
     * @param patience for how long
     * @throws DatabaseUnusable where it does not by then, or refuses us
     */
    public Migration await(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (int tries = 0; ; tries++) {
            try {
                source.getConnection().close();
                return this;
            } catch (SQLException e) {
                Duration left = Duration.ofNanos(end - System.nanoTime());
                if (!mayPass(e) || left.isNegative()) {
                    throw unusable(e);
                }
                if (tries % 10 == 0) {
                    StoreLog.LOG.waitingForDatabase(database.place(), firstLine(e), left.toSeconds());
                }
                Thread.sleep(PAUSE.toMillis());
            }
        }
    }

    /** @throws DatabaseUnusable where a migration fails, or the database is newer than this program */
    public void run() {
        try {
            MigrateResult result = Flyway.configure(Migration.class.getClassLoader())
                    .dataSource(source)
                    .locations(database.isPostgresql() ? "classpath:db/postgresql" : "classpath:db/h2")
                    .load()
                    .migrate();
            if (result.migrationsExecuted > 0) {
                StoreLog.LOG.migrated(
                        database.place(), version(result.initialSchemaVersion), result.targetSchemaVersion);
            }
        } catch (FlywayException e) {
            throw new DatabaseUnusable(
                    "The schema of the database at " + database.place() + " cannot be brought up to date: "
                            + e.getMessage(),
                    e);
        }
    }

    private static String version(String version) {
        return version == null ? "0" : version;
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

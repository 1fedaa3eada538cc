package org.taskcenter.store;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.taskcenter.config.DatabaseSettings;

/** Brings the schema up to date. */
public final class Migration {
    private final DatabaseSettings database;
    private final PlainDataSource source;

    public Migration(DatabaseSettings database) {
        this.database = database;
        this.source = PlainDataSource.patient(database);
    }

    /**
     * Waits for the database, a minute at most, and migrates it.
     *
     * @throws DatabaseUnusable where it does not answer or refuses us, a migration fails, or it is newer than this program
     */
    public void run() {
        new Arrival(database).await();
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
}

package org.taskcenter.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.config.Settings;
import org.taskcenter.config.Standalone;
import org.taskcenter.config.WrongSetting;

/**
 * The database of the settings, for the server to make a pool of: on every server the same class, whatever the database.
 *
 * <p>Servers connect before any code of ours runs, so it is here that a start waits for a database that is not up yet.
 */
public class ConfiguredDataSource extends PlainDataSource {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private final DatabaseSettings database;
    private boolean arrived;
    private String profile = "";

    /** Made by the server. */
    public ConfiguredDataSource() {
        this(settings());
    }

    ConfiguredDataSource(DatabaseSettings database) {
        super(database);
        this.database = database;
    }

    @Override
    public Connection getConnection() throws SQLException {
        arrive();
        return super.getConnection();
    }

    /** Without meaning. WildFly refuses a data source that has no property. */
    public String getProfile() {
        return profile;
    }

    /** Without meaning. */
    public void setProfile(String profile) {
        this.profile = profile;
    }

    private synchronized void arrive() throws SQLException {
        if (arrived) {
            return;
        }
        try {
            new Arrival(database).await(PATIENCE);
            arrived = true;
        } catch (DatabaseUnusable e) {
            Standalone.giveUp(e.getMessage());
            throw new SQLException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the database", e);
        }
    }

    private static DatabaseSettings settings() {
        try {
            return Settings.ofProcess().database();
        } catch (WrongSetting e) {
            Standalone.giveUp(e.getMessage());
            throw e;
        }
    }
}

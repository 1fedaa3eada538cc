package org.taskcenter.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.config.Settings;
import org.taskcenter.config.Standalone;
import org.taskcenter.config.WrongSetting;

/**
 * The database of the settings, for the server to make a pool of: on every server the same class, whatever the database.
 *
 * <p>A server may connect before any other code of ours runs, so a start waits here too for a database that is not up yet.
 */
public class ConfiguredDataSource extends PlainDataSource {
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
            new Arrival(database).await();
            arrived = true;
        } catch (DatabaseUnusable e) {
            Standalone.giveUp(e.getMessage());
            throw new SQLException(e.getMessage(), e);
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

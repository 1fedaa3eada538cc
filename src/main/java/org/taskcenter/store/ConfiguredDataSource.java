package org.taskcenter.store;

import org.taskcenter.config.Settings;

/** The database of the settings, for the server to make a pool of: on every server the same class, whatever the database. */
public class ConfiguredDataSource extends PlainDataSource {
    private String profile = "";

    /** Made by the server. */
    public ConfiguredDataSource() {
        super(Settings.ofProcess().database());
    }

    /** Without meaning. WildFly refuses a data source that has no property. */
    public String getProfile() {
        return profile;
    }

    /** Without meaning. */
    public void setProfile(String profile) {
        this.profile = profile;
    }
}

package org.taskcenter.config;

import java.time.Duration;

/**
 * Where the data lies.
 *
 * @param url a JDBC URL, of PostgreSQL or H2
 * @param timeout how long one statement may take before the database counts as gone
 * @param idleInTransaction after how long PostgreSQL ends a transaction that nobody works in, with its locks
 * @param lockTimeout how long a statement waits for a lock
 */
public record DatabaseSettings(
        String url, String user, Secret password, Duration timeout, Duration idleInTransaction, Duration lockTimeout) {
    static final String H2 = "jdbc:h2:";
    static final String POSTGRESQL = "jdbc:postgresql:";

    /** Whether it is PostgreSQL; else it is H2. */
    public boolean isPostgresql() {
        return url.startsWith(POSTGRESQL);
    }

    /** Where it is, in words for an operator and without a password. */
    public String place() {
        return url.replaceAll("[?;].*", "");
    }

    @Override
    public String toString() {
        return place();
    }
}

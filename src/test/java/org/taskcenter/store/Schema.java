package org.taskcenter.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The schema in an empty database, as the program makes it. */
final class Schema {
    private Schema() {}

    static void createOn(DataSource dataSource, String folder) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/" + folder)
                .load()
                .migrate();
    }
}

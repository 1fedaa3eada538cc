package org.taskcenter.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

/** Whatever is stored sealed is sealed anew when the key changes. Only what is sealed is stored as bytes, so a look at the schema finds it. */
class SealedColumnsTest {
    @Test
    void noneIsForgottenOnH2() throws SQLException {
        String name = "sealed-columns";
        new Migration(Pool.h2Settings(name)).run();
        try (Connection connection = Pool.h2(name, 1).getConnection()) {
            assertThat(sealed())
                    .containsExactlyInAnyOrderElementsOf(
                            columns(connection, "BINARY VARYING", "table_schema = 'PUBLIC'"));
        }
    }

    @Test
    void noneIsForgottenOnPostgres() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        DatabaseSettings settings = Pool.settings(server, server.createDatabase());
        new Migration(settings).run();
        DataSource source = Pool.postgres(settings, 1);
        try (Connection connection = source.getConnection()) {
            assertThat(sealed())
                    .containsExactlyInAnyOrderElementsOf(columns(connection, "bytea", "table_schema = 'public'"));
        }
    }

    private static List<String> sealed() {
        return Centre.sealedColumns().stream()
                .map(column -> column.table() + "." + column.column())
                .toList();
    }

    /** Every key is a whole number that a row has alone, or a row's value would be opened for another. */
    @Test
    void eachIsBoundToItsRow() throws SQLException {
        String name = "sealed-rows";
        new Migration(Pool.h2Settings(name)).run();
        try (Connection connection = Pool.h2(name, 1).getConnection()) {
            for (SealedColumn column : Centre.sealedColumns()) {
                List<String> key = new ArrayList<>();
                try (ResultSet keys = connection
                        .getMetaData()
                        .getPrimaryKeys(null, "PUBLIC", column.table().toUpperCase(Locale.ROOT))) {
                    while (keys.next()) {
                        key.add(keys.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
                    }
                }
                assertThat(key).as(column.table()).containsExactly(column.id());
            }
        }
    }

    private static List<String> columns(Connection connection, String type, String where) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select lower(table_name), lower(column_name)"
                        + " from information_schema.columns where data_type = '" + type + "' and " + where)) {
            List<String> columns = new ArrayList<>();
            while (rows.next()) {
                columns.add(rows.getString(1) + "." + rows.getString(2));
            }
            return columns;
        }
    }
}

package org.taskcenter.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The number that a statement answers with. */
public final class OneNumber {
    private OneNumber() {}

    /**
     * Asks for it.
     *
     * @param sql answers with one row, whose first column is a number
     * @param parameters its parameters
     * @throws SQLException also where there is no row
     */
    public static long of(Connection connection, String sql, long... parameters) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setLong(i + 1, parameters[i]);
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}

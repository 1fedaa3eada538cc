package org.taskcenter.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A column of the database that holds sealed values. What is sealed for one row of it opens in that row alone.
 *
 * @param table its table
 * @param id the table's primary key, a whole number
 * @param column the column
 */
public record SealedColumn(String table, String id, String column) {
    /** The place of a value in words. */
    String place(long row) {
        return table + "." + column + ":" + row;
    }

    /** The place as a value is bound to it. */
    byte[] bound(long row) {
        byte[] name = (table + "." + column + ":").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + Long.BYTES)
                .put(name)
                .putLong(row)
                .array();
    }
}

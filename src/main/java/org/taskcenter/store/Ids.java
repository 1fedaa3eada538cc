package org.taskcenter.store;

import java.sql.SQLException;

/**
 * Numbers for new rows: small, ascending within a member, unique over all. They are taken from the database in blocks, so
 * that a number costs no round trip; what is left of a block when a member ends is never used.
 */
public final class Ids {
    private static final int BLOCK = 1_000;

    private final Database database;
    private long next;
    private long end;

    public Ids(Database database) {
        this.database = database;
    }

    /**
     * Takes {@code count} ascending numbers.
     *
     * @throws SQLException where the database has to be asked and does not answer
     */
    public synchronized long[] take(int count) throws SQLException {
        if (end - next < count) {
            // What is left of the old block is dropped, so that the numbers of one call ascend whoever else takes some.
            long size = Math.max(BLOCK, count);
            next = reserve(size);
            end = next + size;
        }
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = next++;
        }
        return ids;
    }

    private long reserve(long size) throws SQLException {
        return database.transaction(connection -> {
            try (var update = connection.prepareStatement("update id_block set next = next + ?")) {
                update.setLong(1, size);
                update.executeUpdate();
            }
            try (var select = connection.prepareStatement("select next from id_block");
                    var row = select.executeQuery()) {
                row.next();
                return row.getLong(1) - size;
            }
        });
    }
}

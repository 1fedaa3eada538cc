package org.taskcenter.task;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What a kind keeps beside its tasks (what to call, say), stored in the transaction that accepts them.
 *
 * @param <T> the details of one task
 */
@FunctionalInterface
public interface Details<T> {
    /**
     * Stores the details of accepted tasks, {@code details.get(i)} belonging to task {@code ids[i]}.
     *
     * @throws SQLException and none of the tasks is accepted
     */
    void store(Connection connection, long[] ids, List<T> details) throws SQLException;
}

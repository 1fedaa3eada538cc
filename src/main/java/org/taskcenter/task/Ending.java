package org.taskcenter.task;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What has to happen with the end of tasks, in the very transaction that ends them: all of it is stored or none.
 *
 * <p>Called for every way a task can end (settled, cancelled while waiting, given up by a rescue), in groups.
 */
@FunctionalInterface
public interface Ending {
    /** An ending that adds nothing. */
    Ending NONE = (connection, ended) -> {};

    /**
     * Stores what follows from the end of these tasks. Must not commit, roll back or close.
     *
     * @throws SQLException and the tasks have not ended
     */
    void ended(Connection connection, List<Ended> tasks) throws SQLException;
}

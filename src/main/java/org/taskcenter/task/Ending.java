package org.taskcenter.task;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to happen with the end of tasks, in the very transaction that ends them: all of it is stored or none.
 *
 * <p>Called for every way a task can end (settled, cancelled while waiting, given up by a rescue), in groups.
 */
@FunctionalInterface
public interface Ending {
    /** Nothing to do afterwards. */
    Runnable NOTHING_MORE = () -> {};

    /** All of these, in this order. */
    static Ending all(Ending... endings) {
        return (connection, ended) -> {
            List<Runnable> afterwards = new ArrayList<>();
            for (Ending ending : endings) {
                afterwards.add(ending.ended(connection, ended));
            }
            return () -> afterwards.forEach(Runnable::run);
        };
    }

    /** An ending that adds nothing. */
    Ending NONE = (connection, ended) -> NOTHING_MORE;

    /**
     * Stores what follows from the end of these tasks. Must not commit, roll back or close.
     *
     * @return what to do as soon as all of it is committed: quick, and of no consequence where it gets lost, since this
     *     member may end in between
     * @throws SQLException and the tasks have not ended
     */
    Runnable ended(Connection connection, List<Ended> tasks) throws SQLException;
}

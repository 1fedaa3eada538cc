package org.taskcenter.platform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.taskcenter.listing.Listed;
import org.taskcenter.store.Database;

/** The tasks of platforms: hand in, ask. */
public final class PlatformTasks {
    private final Database database;
    private final KnownPlatforms platforms;
    private final Submissions submissions;
    private final Reopenings reopenings;
    private final Duration submitTimeout;

    PlatformTasks(
            Database database,
            KnownPlatforms platforms,
            Submissions submissions,
            Reopenings reopenings,
            Duration submitTimeout) {
        this.database = database;
        this.platforms = platforms;
        this.submissions = submissions;
        this.reopenings = reopenings;
        this.submitTimeout = submitTimeout;
    }

    /** The platform of a name, if there is one. */
    public Optional<Platform> platform(String name) throws SQLException {
        return platforms.find(name);
    }

    /** How long a third party may take to answer a submission. */
    public Duration submitTimeout() {
        return submitTimeout;
    }

    /**
     * Hands in a task, checked by its platform. When an outcome says that it is accepted, it survives a crash.
     *
     * @param action as {@link Platform#action} gives it
     * @param listener is told once, from any thread, when a third party has taken it or all have refused it, or when nobody has been
     *     asked for longer than a third party may take
     * @return its public name; null where it is refused, which the listener has been told
     * @throws SQLException where the database does not answer; the listener is not told then
     */
    public String submit(long account, Platform platform, String action, ObjectNode body, Consumer<Outcome> listener)
            throws SQLException {
        return submissions.submit(account, platform, action, body, listener);
    }

    /**
     * Opens a task that has ended anew, in the transaction that opens the engine's. It is charged once more what it was charged before,
     * and is submitted as if it had never been.
     *
     * @param generation the one that it has from now on
     * @throws TooLittleQuota and the transaction must not be committed
     */
    public void reopen(Connection connection, long id, int generation) throws SQLException {
        reopenings.reopen(connection, id, generation);
    }

    /**
     * An account's tasks of a platform, in the order of the names given; others and unknown ones are left out. Of data that is longer
     * than {@link Listed#SHORT}, {@link #data} tells.
     */
    public List<TaskView> fetch(long account, String platform, List<String> taskIds) throws SQLException {
        if (taskIds.isEmpty()) {
            return List.of();
        }
        Map<String, TaskView> found =
                database.statement(connection -> TaskView.read(connection, account, platform, taskIds, Listed.SHORT));
        List<TaskView> views = new ArrayList<>();
        for (String taskId : new LinkedHashSet<>(taskIds)) {
            if (found.containsKey(taskId)) {
                views.add(found.get(taskId));
            }
        }
        return views;
    }

    /**
     * The data of a task, however long.
     *
     * @param id the centre's number of it
     * @return JSON; null where there is no such task
     */
    public String data(long id) throws SQLException {
        return database.statement(connection -> TaskView.data(connection, id));
    }
}

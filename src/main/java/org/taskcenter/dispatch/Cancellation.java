package org.taskcenter.dispatch;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.store.Database;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;

/** Cancels tasks of any kind: those that wait at once, those that run by asking their owners. */
public final class Cancellation {
    private static final int MOST_AT_ONCE = 1_000;

    private final Database database;
    private final Queue queue;
    private final Ending ending;
    private final Dispatcher dispatcher;
    private final Wakeup wakeup;

    /** What a cancel did to a task; a task it says nothing of runs on or had ended. */
    public enum Effect {
        /** It waited and will not be done. */
        CANCELLED,
        /** It is being done and its owner has been asked to stop it. */
        STOPPING
    }

    /** What is to be stored with a cancel. */
    @FunctionalInterface
    public interface Record {
        /** @param effects what the cancel does, by task: of one task at least */
        void of(Connection connection, Map<Long, Effect> effects) throws SQLException;
    }

    public Cancellation(Database database, Queue queue, Ending ending, Dispatcher dispatcher, Wakeup wakeup) {
        this.database = database;
        this.queue = queue;
        this.ending = ending;
        this.dispatcher = dispatcher;
        this.wakeup = wakeup;
    }

    /**
     * Cancels tasks.
     *
     * @param force whether those that run are stopped too
     * @return what it did, by task
     */
    public Map<Long, Effect> cancel(List<Long> tasks, boolean force) throws SQLException {
        return cancel(tasks, force, (connection, effects) -> {});
    }

    /**
     * Cancels tasks, and stores something with each transaction that does.
     *
     * @param force whether those that run are stopped too
     * @return what it did, by task
     */
    public Map<Long, Effect> cancel(List<Long> tasks, boolean force, Record record) throws SQLException {
        Map<Long, Effect> effects = new HashMap<>();
        for (int from = 0; from < tasks.size(); from += MOST_AT_ONCE) {
            List<Long> some = tasks.subList(from, Math.min(tasks.size(), from + MOST_AT_ONCE));
            effects.putAll(cancelSome(some, force, record));
        }
        if (effects.containsValue(Effect.STOPPING)) {
            wakeup.stopAsked();
        }
        return effects;
    }

    private Map<Long, Effect> cancelSome(List<Long> tasks, boolean force, Record record) throws SQLException {
        List<Runnable> afterwards = new ArrayList<>();
        Map<Long, Effect> effects = database.transaction(connection -> {
            afterwards.clear();
            Map<Long, Effect> done = new HashMap<>();
            afterwards.add(cancelWaiting(connection, tasks, done));
            List<Long> others = without(tasks, done);
            if (force && !others.isEmpty()) {
                queue.askToStop(connection, others).forEach(task -> done.put(task, Effect.STOPPING));
                // What ran at the first statement may have gone back to waiting before the second.
                afterwards.add(cancelWaiting(connection, without(others, done), done));
            }
            if (!done.isEmpty()) {
                record.of(connection, done);
            }
            return done;
        });
        afterwards.forEach(Runnable::run);
        effects.forEach((task, effect) -> {
            if (effect == Effect.STOPPING) {
                dispatcher.stop(task);
            }
        });
        return effects;
    }

    private Runnable cancelWaiting(Connection connection, List<Long> tasks, Map<Long, Effect> done)
            throws SQLException {
        List<Ended> ended = tasks.isEmpty() ? List.of() : queue.cancelWaiting(connection, tasks);
        ended.forEach(task -> done.put(task.id(), Effect.CANCELLED));
        return ended.isEmpty() ? Ending.NOTHING_MORE : ending.ended(connection, ended);
    }

    private static List<Long> without(List<Long> tasks, Map<Long, Effect> done) {
        return tasks.stream().filter(task -> !done.containsKey(task)).toList();
    }
}

package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.taskcenter.store.Database;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Queue;

/** The numbers of lanes, remembered. */
public final class Lanes {
    private static final int MOST_REMEMBERED = 50_000;

    private final Database database;
    private final Queue queue;
    private final ConcurrentMap<Key, Lane> remembered = new ConcurrentHashMap<>();

    private record Key(String kind, String client, String target) {}

    /**
     * A lane and whose it is.
     *
     * @param most how many of its tasks one member does at a time; 0 where it has no limit of its own
     */
    public record Lane(int number, String kind, String client, int most) {}

    public Lanes(Database database, Queue queue) {
        this.database = database;
        this.queue = queue;
    }

    /** The lane of a task, made where it is the first. */
    public Lane of(Draft draft) throws SQLException {
        return of(draft, 0);
    }

    /**
     * The lane of a task, made where it is the first, with a limit of its own.
     *
     * @param most how many of its tasks one member does at a time, of a kind that is {@link Kind#steady}; 0 is no limit. The
     *     first task's counts.
     */
    public Lane of(Draft draft, int most) throws SQLException {
        Key key = new Key(draft.kind(), draft.client(), draft.target());
        Lane known = remembered.get(key);
        if (known != null) {
            return known;
        }
        int number = database.transaction(
                connection -> queue.lane(connection, key.kind(), key.client(), key.target(), most));
        Lane lane = new Lane(number, key.kind(), key.client(), most);
        if (remembered.size() >= MOST_REMEMBERED) {
            remembered.clear();
        }
        remembered.put(key, lane);
        return lane;
    }
}

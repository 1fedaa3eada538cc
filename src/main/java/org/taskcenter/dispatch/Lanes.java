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

    /** A lane and whose it is. */
    public record Lane(int number, String kind, String client) {}

    public Lanes(Database database, Queue queue) {
        this.database = database;
        this.queue = queue;
    }

    /** The lane of a task, made where it is the first. */
    public Lane of(Draft draft) throws SQLException {
        Key key = new Key(draft.kind(), draft.client(), draft.target());
        Lane known = remembered.get(key);
        if (known != null) {
            return known;
        }
        int number = database.transaction(connection -> queue.lane(connection, key.kind(), key.client(), key.target()));
        Lane lane = new Lane(number, key.kind(), key.client());
        if (remembered.size() >= MOST_REMEMBERED) {
            remembered.clear();
        }
        remembered.put(key, lane);
        return lane;
    }
}

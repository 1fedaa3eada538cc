package org.taskcenter.dispatch;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.taskcenter.store.Database;

/** The paused kinds in the database: for all members, until they are taken out again. */
public final class StoredPausedKinds implements PausedKinds {
    private final Database database;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public StoredPausedKinds(Database database) {
        this.database = database;
    }

    @Override
    public Set<String> read() throws SQLException {
        return database.statement(connection -> {
            try (var select = connection.prepareStatement("select paused from dispatch");
                    var row = select.executeQuery()) {
                row.next();
                String words = row.getString(1);
                return words.isEmpty() ? Set.of() : Set.of(words.split(" "));
            }
        });
    }

    /** From the commit of the connection's transaction on, exactly these are paused. */
    public void replace(Connection connection, Set<String> kinds) throws SQLException {
        try (var update = connection.prepareStatement("update dispatch set paused = ?")) {
            update.setString(1, String.join(" ", new TreeSet<>(kinds)));
            update.executeUpdate();
        }
    }

    /** Has something done when the paused kinds have changed on this member; changes of other members are not told. */
    public void whenChanged(Runnable listener) {
        listeners.add(listener);
    }

    /** Tells this member that a change has been committed. */
    public void changed() {
        listeners.forEach(Runnable::run);
    }
}

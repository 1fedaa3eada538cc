package org.taskcenter.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.h2.tools.TriggerAdapter;
import org.taskcenter.testing.TestStore;

class H2QueueTest extends QueueContract {
    private static final TestStore STORE = TestStore.h2(10)
            .with(
                    "create table transition (before varchar, after varchar)",
                    "create trigger note_transition after update on task for each row call '"
                            + NoteTransition.class.getName() + "'");

    /** Called by H2. */
    public static final class NoteTransition extends TriggerAdapter {
        @Override
        public void fire(Connection connection, ResultSet before, ResultSet after) throws SQLException {
            if (before.getInt("generation") != after.getInt("generation")) {
                return;
            }
            try (PreparedStatement insert = connection.prepareStatement("insert into transition values (?, ?)")) {
                insert.setString(1, before.getString("state"));
                insert.setString(2, after.getString("state"));
                insert.executeUpdate();
            }
        }
    }

    @Override
    TestStore store() {
        return STORE;
    }
}

package org.taskcenter.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.tools.TriggerAdapter;
import org.taskcenter.task.Queue;
import org.taskcenter.testing.Pool;

class H2QueueTest extends QueueContract {
    private static final class Store {
        static final DataSource SOURCE = create();

        private static DataSource create() {
            DataSource source = Pool.h2("queue", 10);
            new Migration(Pool.h2Settings("queue")).run();
            try (var connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table transition (before varchar, after varchar)");
                statement.execute("create trigger note_transition after update on task for each row call '"
                        + NoteTransition.class.getName() + "'");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return source;
        }
    }

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
    DataSource dataSource() {
        return Store.SOURCE;
    }

    @Override
    Queue queue() {
        return new H2Queue();
    }
}

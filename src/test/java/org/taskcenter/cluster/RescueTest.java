package org.taskcenter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Migration;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.Switch;

class RescueTest {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Set<Long> told = new HashSet<>();
    private final Set<Long> ends = new HashSet<>();
    private Ending ending = (connection, tasks) -> {
        tasks.forEach(task -> ends.add(task.id()));
        return Ending.NOTHING_MORE;
    };
    private JdbcConnectionPool pool;
    private Switch line;
    private Rescue rescue;

    @BeforeEach
    void begin() {
        String name = "rescue-" + DATABASES.incrementAndGet();
        new Migration(Pool.h2Settings(name)).run();
        pool = Pool.h2(name, 3);
        line = new Switch(pool);
        rescue = new Rescue(
                new Database(line.source()),
                new H2Queue(),
                (connection, tasks) -> ending.ended(connection, tasks),
                tasks -> tasks.forEach(task -> told.add(task.id())));
    }

    @AfterEach
    void close() {
        pool.dispose();
    }

    @Test
    void takesAllInOnePass() throws SQLException {
        lost(1_200, 0);

        rescue.pass();

        assertThat(count("state = 'waiting'")).isEqualTo(1_200);
        assertThat(told).hasSize(1_200);
        assertThat(ends).isEmpty();
    }

    @Test
    void tellsOfTheEndsOfThoseThatAreNotWorthIt() throws SQLException {
        lost(3, 0);
        execute("update task set rescues = 2 where id = 2");

        rescue.pass();

        assertThat(ends).containsExactly(2L);
        assertThat(count("state = '" + TaskState.FAILED.word() + "'")).isEqualTo(1);
    }

    @Test
    void oneThatCannotBeRescuedHoldsUpNoOther() throws SQLException {
        lost(600, 2);
        ending = (connection, tasks) -> {
            if (tasks.stream().map(Ended::id).anyMatch(id -> id == 7)) {
                throw new IllegalStateException("a bug in somebody's hook");
            }
            tasks.forEach(task -> ends.add(task.id()));
            return Ending.NOTHING_MORE;
        };
        for (int pass = 0; pass < 200 && count("state = 'running'") > 1; pass++) {
            rescue.pass();
        }

        assertThat(count("state = 'running'")).isEqualTo(1);
        assertThat(ends).hasSize(599).doesNotContain(7L);
        ending = Ending.NONE;
        rescue.pass();
        assertThat(count("state = 'running'")).isZero();
    }

    @Test
    void saysThatThereIsNoDatabase() {
        line.off();
        assertThatThrownBy(rescue::pass).isInstanceOf(SQLException.class);
    }

    @Test
    void tellsWhatWaitsAgain() throws SQLException {
        List<Rescued> seen = new ArrayList<>();
        new Rescue(new Database(pool), new H2Queue(), Ending.NONE, seen::addAll).pass();
        assertThat(seen).isEmpty();
        lost(1, 0);
        new Rescue(new Database(pool), new H2Queue(), Ending.NONE, seen::addAll).pass();
        assertThat(seen).containsExactly(new Rescued(1, "call", "a", 1, 0, 1, TaskState.WAITING));
    }

    /** Tasks of a member that is gone. */
    private void lost(int tasks, int rescues) throws SQLException {
        execute("insert into task (id, kind, client, client_id, lane, rank, state, epoch, attempt, rescues, member,"
                + " accepted_at, due_at, run_at, started_at) select x, 'call', 'a', x, 1, 0, 'running', 1, 1, "
                + rescues
                + ", 4711, current_timestamp, current_timestamp, current_timestamp, current_timestamp"
                + " from system_range(1, " + tasks + ")");
    }

    private int count(String condition) throws SQLException {
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from task where " + condition)) {
            row.next();
            return row.getInt(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

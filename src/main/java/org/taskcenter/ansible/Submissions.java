package org.taskcenter.ansible;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Room;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Details;
import org.taskcenter.task.Draft;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;

/** Takes in runs: the task, its shares, its nodes in one transaction, or nothing at all. */
final class Submissions {
    /** When nobody needs to look at a run whose shares tell its end. */
    static final Duration FAR = Duration.ofDays(36_500);

    private static final String TARGET = "run";
    private static final String UNIQUE_VIOLATION = "23505";

    private final Database database;
    private final Queue queue;
    private final Ids ids;
    private final Lanes lanes;
    private final Announcer announcer;
    private final Room room;
    private final Vault vault;
    private final int mostForks;

    /** Its name is taken. */
    private static final class Taken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Taken() {
            super("taken", null, false, false);
        }
    }

    /** @param mostForks what a run has at most, whatever it asks for */
    Submissions(
            Database database,
            Queue queue,
            Ids ids,
            Lanes lanes,
            Announcer announcer,
            Room room,
            Vault vault,
            int mostForks) {
        this.database = database;
        this.queue = queue;
        this.ids = ids;
        this.lanes = lanes;
        this.announcer = announcer;
        this.room = room;
        this.vault = vault;
        this.mostForks = mostForks;
    }

    /** As {@link Runs#submit}. */
    long submit(NewRun run) throws DuplicateName, NoRoom, SQLException {
        int tasks = 1 + (run.parallel() ? run.nodes().size() : 0);
        if (!room.isFor(tasks)) {
            room.refused(tasks);
            throw new NoRoom();
        }
        if (database.statement(connection -> isTaken(connection, run.name()))) {
            throw new DuplicateName();
        }
        long[] numbers = ids.take(tasks);
        long id = numbers[0];
        long[] shareIds = Arrays.copyOfRange(numbers, 1, tasks);
        Draft draft = new Draft(
                PlayRunner.RUN, run.source(), run.name(), null, TARGET, 0, run.parallel() ? FAR : Duration.ZERO);
        List<Draft> shares = shares(run, id, shareIds.length);
        Lanes.Lane lane = lanes.of(draft);
        Lanes.Lane laneOfShares = shares.isEmpty() ? null : lanes.of(shares.get(0), forks(run));
        byte[] content = vault.seal(Content.COLUMN, id, Content.of(run).pack());
        TaskState[] states = store(run, id, draft, lane, content, shares, shareIds, laneOfShares);
        room.taken(tasks);
        AnsibleLog.LOG.accepted(id, run.source(), run.nodes().size(), run.correlation());
        announcer.announce(List.of(draft), new Lanes.Lane[] {lane}, Arrays.copyOf(states, 1));
        if (!shares.isEmpty()) {
            Lanes.Lane[] laneOf = new Lanes.Lane[shares.size()];
            Arrays.fill(laneOf, laneOfShares);
            announcer.announce(shares, laneOf, Arrays.copyOfRange(states, 1, tasks));
        }
        return id;
    }

    private static List<Draft> shares(NewRun run, long id, int count) {
        List<Draft> shares = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            shares.add(
                    new Draft(PlayRunner.SHARE, run.source(), id + "/" + i, null, Long.toString(id), 0, Duration.ZERO));
        }
        return shares;
    }

    private TaskState[] store(
            NewRun run,
            long id,
            Draft draft,
            Lanes.Lane lane,
            byte[] content,
            List<Draft> shares,
            long[] shareIds,
            Lanes.Lane laneOfShares)
            throws DuplicateName, SQLException {
        try {
            return database.transaction(connection -> {
                TaskState[] states = new TaskState[1 + shareIds.length];
                TaskState[] parent = queue.add(
                        connection, NewTasks.waiting(new long[] {id}, new int[] {lane.number()}, List.of(draft), null));
                if (parent[0] == null) {
                    throw new Taken();
                }
                states[0] = parent[0];
                insertRun(connection, run, id, content);
                insertNodes(connection, run, id);
                if (shareIds.length > 0) {
                    int[] laneOf = new int[shareIds.length];
                    Arrays.fill(laneOf, laneOfShares.number());
                    TaskState[] children = queue.add(
                            connection, NewTasks.waiting(shareIds, laneOf, shares, rows(id, shareIds.length)));
                    System.arraycopy(children, 0, states, 1, children.length);
                }
                return states;
            });
        } catch (Taken e) {
            throw new DuplicateName();
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new DuplicateName();
            }
            throw e;
        }
    }

    private static Details.Rows rows(long run, int count) {
        Long[] runs = Collections.nCopies(count, run).toArray(Long[]::new);
        Integer[] idx = new Integer[count];
        Arrays.setAll(idx, i -> i);
        return new Details.Rows(
                "ansible_share",
                List.of(new Details.Column("run_id", "bigint", runs), new Details.Column("idx", "int", idx)));
    }

    private static boolean isTaken(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select 1 from ansible_run where name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private int forks(NewRun run) {
        return Math.min(run.forks(), mostForks);
    }

    private void insertRun(Connection connection, NewRun run, long id, byte[] content) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into ansible_run (task_id, name, source, correlation_id, parallel, content, forks, retries,
                       limit_ms, open_shares)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setLong(1, id);
            insert.setString(2, run.name());
            insert.setString(3, run.source());
            insert.setString(4, run.correlation());
            insert.setBoolean(5, run.parallel());
            insert.setBytes(6, content);
            insert.setInt(7, forks(run));
            insert.setInt(8, run.retries());
            insert.setLong(9, run.limit().toMillis());
            insert.setInt(10, run.parallel() ? run.nodes().size() : 0);
            insert.executeUpdate();
        }
    }

    private static void insertNodes(Connection connection, NewRun run, long id) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into ansible_node (run_id, idx, node) values (?, ?, ?)")) {
            int idx = 0;
            for (String node : run.nodes()) {
                insert.setLong(1, id);
                insert.setInt(2, idx++);
                insert.setString(3, node);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}

package org.taskcenter.ansible;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.store.Database;
import org.taskcenter.task.TaskState;

/** The runs of all clients: hand in, ask, stop, read what they log. */
public final class Runs {
    /** How many lines of a run {@link #lastLines} tells of. */
    public static final int MOST_LINES = 1_000;

    private static final int PORTION = 1_000;
    private static final int MOST_TROUBLES = 10;
    private static final Cancellation.Record NO_RECORD = (connection, effects) -> {};
    private static final String FIND = """
            select r.task_id, r.source, r.started_at, r.err, t.state, t.accepted_at, t.ended_at,
                   (select max(l.ended_at) from run_log l where l.id = (select max(m.id) from run_log m where m.run_id = r.task_id))
              from ansible_run r join task t on t.id = r.task_id
             where\s""";

    private final Database database;
    private final Submissions submissions;
    private final Cancellation cancellation;

    Runs(Database database, Submissions submissions, Cancellation cancellation) {
        this.database = database;
        this.submissions = submissions;
        this.cancellation = cancellation;
    }

    /**
     * Stores a run. When this returns, it survives a crash.
     *
     * @return its number
     * @throws DuplicateName where its name is taken; nothing is stored
     * @throws NoRoom where too much waits already; nothing is stored
     * @throws SQLException and nothing is stored; or, where the database was lost in the very commit, perhaps all
     */
    public long submit(NewRun run) throws DuplicateName, NoRoom, SQLException {
        return submissions.submit(run);
    }

    /**
     * A run by its number, its name, or both.
     *
     * @param id null for any
     * @param name null for any
     * @param sources whose runs may be found
     */
    public Optional<RunView> find(Long id, String name, Predicate<String> sources) throws SQLException {
        return database.transaction(connection -> find(connection, id, name, sources));
    }

    private static Optional<RunView> find(Connection connection, Long id, String name, Predicate<String> sources)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                FIND + (id == null ? "r.name = ?" : name == null ? "r.task_id = ?" : "r.task_id = ? and r.name = ?"))) {
            int next = 1;
            if (id != null) {
                select.setLong(next++, id);
            }
            if (name != null) {
                select.setString(next, name);
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() && sources.test(row.getString(2))
                        ? Optional.of(view(connection, row))
                        : Optional.empty();
            }
        }
    }

    private static RunView view(Connection connection, ResultSet row) throws SQLException {
        long id = row.getLong(1);
        Instant started = time(row, 3);
        String err = row.getString(4);
        Status status = Status.of(TaskState.of(row.getString(5)), started != null);
        Instant created = time(row, 6);
        Instant ended = time(row, 7);
        Instant lastLine = time(row, 8);
        Instant updated = created;
        for (Instant later : new Instant[] {started, lastLine, ended}) {
            updated = later != null && later.isAfter(updated) ? later : updated;
        }
        List<RunView.Node> nodes = new ArrayList<>();
        List<Troubles.Failed> troubles = new ArrayList<>();
        int failed = 0;
        try (PreparedStatement select = connection.prepareStatement(
                "select idx, node, status, err from ansible_node where run_id = ? order by idx")) {
            select.setLong(1, id);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    RunView.Node node = new RunView.Node(rows.getInt(1), rows.getString(2), Status.of(rows.getInt(3)));
                    nodes.add(node);
                    String own = rows.getString(4);
                    // What is true of all is said once.
                    boolean tells = node.status() == Status.FAILED && (own != null || err == null);
                    if (tells && ++failed <= MOST_TROUBLES) {
                        troubles.add(new Troubles.Failed(node.name(), own));
                    }
                }
            }
        }
        Optional<String> trouble = status.isTrouble()
                ? Optional.of(Troubles.of(err, troubles, failed - troubles.size()))
                : Optional.empty();
        return new RunView(id, status, created, updated, trouble, nodes);
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** Stops a run, at once where it waits, and as soon as its processes have ended where it is under way. */
    public void stop(long run) throws SQLException {
        cancel(run, true, NO_RECORD);
    }

    /**
     * Cancels a run, or what is left to do of one whose nodes are worked on each by itself, and stores something with the first
     * transaction that does.
     *
     * @param force whether what is under way is stopped too
     * @return whether there was anything to cancel
     */
    public boolean cancel(long run, boolean force, Cancellation.Record record) throws SQLException {
        boolean stopped = false;
        long last = 0;
        while (true) {
            long after = last;
            List<Long> shares = database.statement(connection -> openShares(connection, run, after));
            if (shares.isEmpty()) {
                break;
            }
            stopped |= !cancellation
                    .cancel(shares, force, stopped ? NO_RECORD : record)
                    .isEmpty();
            last = shares.get(shares.size() - 1);
        }
        if (last == 0 && !database.statement(connection -> isParallel(connection, run))) {
            stopped = !cancellation.cancel(List.of(run), force, record).isEmpty();
        }
        return stopped;
    }

    private static List<Long> openShares(Connection connection, long run, long after) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select s.task_id from ansible_share s join task t on t.id = s.task_id"
                        + " where s.run_id = ? and s.task_id > ? and t.state in ('waiting', 'running')"
                        + " order by s.run_id, s.task_id limit ?")) {
            select.setLong(1, run);
            select.setLong(2, after);
            select.setInt(3, PORTION);
            try (ResultSet rows = select.executeQuery()) {
                List<Long> shares = new ArrayList<>();
                while (rows.next()) {
                    shares.add(rows.getLong(1));
                }
                return shares;
            }
        }
    }

    private static boolean isParallel(Connection connection, long run) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select parallel from ansible_run where task_id = ?")) {
            select.setLong(1, run);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The numbers of the last lines of a run, in their order, by node: of all of its nodes, together 1000 at most. */
    public Map<Integer, List<Long>> lastLinesByNode(long run) throws SQLException {
        Map<Integer, List<Long>> byNode = new LinkedHashMap<>();
        for (RunLog.Key key : database.statement(connection -> RunLog.last(connection, run, MOST_LINES))) {
            if (key.idx() != null) {
                byNode.computeIfAbsent(key.idx(), idx -> new ArrayList<>()).add(key.id());
            }
        }
        return byNode;
    }

    /** The numbers of the last lines of a run, in their order, 1000 at most. */
    public List<Long> lastLines(long run) throws SQLException {
        return database.statement(connection -> RunLog.last(connection, run, MOST_LINES)).stream()
                .map(RunLog.Key::id)
                .toList();
    }

    /** Lines by their numbers, in their order. */
    public List<LogLine> lines(List<Long> ids) throws SQLException {
        return ids.isEmpty() ? List.of() : database.statement(connection -> RunLog.lines(connection, ids));
    }

    /**
     * Some lines of a source that belong together, in their order. Without task and command; of what a module gave there is the
     * beginning, and only where it failed: 12 kB of text a line at most.
     *
     * @param correlation the client's name for what belongs together
     * @param node null for all nodes
     * @param after the number of the line to begin behind; 0 begins at the first
     */
    public List<LogLine> flow(String correlation, String source, String node, long after, int most)
            throws SQLException {
        return database.statement(connection -> RunLog.ofFlow(connection, correlation, source, node, after, most));
    }

    /** Why a line tells of a failure: 4 096 characters at most, and then "...". */
    public static String reason(LogLine line) {
        String reason = Troubles.reason(line.msg(), line.stderr(), line.stdout(), line.rc());
        return reason.codePointCount(0, reason.length()) <= RunLog.LONGEST_REASON
                ? reason
                : reason.substring(0, reason.offsetByCodePoints(0, RunLog.LONGEST_REASON)) + "...";
    }
}

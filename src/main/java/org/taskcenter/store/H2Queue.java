package org.taskcenter.store;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Details;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;

/**
 * The queue on H2, which has one member only and no statements that update and answer at once over arrays: rows are locked
 * first, then written in a batch.
 */
public final class H2Queue extends SqlQueue {
    /** H2 counts what it adds to a time in nanoseconds, silently beyond what a long holds. */
    private static final Duration LONGEST_DELAY = Duration.ofDays(200 * 365);

    static final String CLAIM_COLUMNS = """
            select id, kind, client, client_id, lane, rank, generation, epoch, attempt, interruptions,
                   datediff(millisecond, run_at, current_timestamp), datediff(millisecond, due_at, current_timestamp)
              from task""";

    private static final String ENDED_COLUMNS = "select id, kind, client, generation, state from task";

    private static final String INSERT_ATTEMPT = """
            insert into attempt (task_id, generation, number, member, outcome, code, body, truncated, took_ms, ended_at,
                   next_at)
            select id, generation, attempt, ?, ?, ?, ?, ?, ?, current_timestamp,
                   case when state = 'waiting' then run_at end
              from task where id = ?""";

    @Override
    void insertLane(Connection connection, String kind, String client, String target, int most) throws SQLException {
        try (PreparedStatement merge = connection.prepareStatement("""
                merge into lane using (values (?, ?, ?, ?)) as s (kind, client, target, most)
                   on lane.kind = s.kind and lane.client = s.client and lane.target = s.target
                 when not matched then insert (kind, client, target, most)
                      values (s.kind, s.client, s.target, s.most)""")) {
            merge.setString(1, kind);
            merge.setString(2, client);
            merge.setString(3, target);
            merge.setInt(4, most);
            merge.executeUpdate();
        } catch (SQLIntegrityConstraintViolationException e) {
            // Another did so at this moment.
            return;
        }
    }

    @Override
    public TaskState[] add(Connection connection, NewTasks tasks) throws SQLException {
        return inTransaction(connection, () -> {
            TaskState[] states = addTasks(connection, tasks);
            if (tasks.details() != null) {
                addDetails(connection, tasks.ids(), states, tasks.details());
            }
            return states;
        });
    }

    private static void addDetails(Connection connection, long[] ids, TaskState[] states, Details.Rows details)
            throws SQLException {
        String names =
                details.columns().stream().map(column -> ", " + column.name()).collect(joining());
        try (PreparedStatement insert = connection.prepareStatement("insert into " + details.table() + " (task_id"
                + names + ") values (?" + ", ?".repeat(details.columns().size()) + ")")) {
            for (int row = 0; row < ids.length; row++) {
                if (states[row] != null) {
                    insert.setLong(1, ids[row]);
                    int next = 2;
                    for (Details.Column column : details.columns()) {
                        insert.setObject(next++, column.values()[row]);
                    }
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
    }

    private static TaskState[] addTasks(Connection connection, NewTasks tasks) throws SQLException {
        boolean alive = tasks.member() != 0 && H2Claims.isAlive(connection, tasks.member());
        TaskState[] states = new TaskState[tasks.ids().length];
        try (PreparedStatement taken = connection.prepareStatement(
                        "select 1 from task where kind = ? and client = ? and client_id = ?");
                PreparedStatement insert = connection.prepareStatement("""
                insert into task (id, kind, client, client_id, group_name, lane, rank, accepted_at, due_at, run_at,
                       state, member, epoch, attempt, started_at)
                values (?, ?, ?, ?, ?, ?, ?, current_timestamp,
                        dateadd(millisecond, ?, current_timestamp), dateadd(millisecond, ?, current_timestamp),
                        ?, ?, ?, ?, case when ? then current_timestamp end)""")) {
            for (int i : inOrderOfNames(tasks.drafts())) {
                boolean begun = alive && tasks.begun()[i];
                if (!isTaken(taken, tasks.drafts().get(i)) && insert(insert, tasks, i, begun)) {
                    states[i] = begun ? TaskState.RUNNING : TaskState.WAITING;
                }
            }
        }
        return states;
    }

    private static boolean insert(PreparedStatement insert, NewTasks tasks, int i, boolean begun) throws SQLException {
        Draft draft = tasks.drafts().get(i);
        long delay = millis(draft.delay());
        insert.setLong(1, tasks.ids()[i]);
        insert.setString(2, draft.kind());
        insert.setString(3, draft.client());
        insert.setString(4, draft.clientId());
        insert.setString(5, draft.group());
        insert.setInt(6, tasks.lanes()[i]);
        insert.setInt(7, -draft.priority());
        insert.setLong(8, delay);
        insert.setLong(9, delay);
        insert.setString(10, (begun ? TaskState.RUNNING : TaskState.WAITING).word());
        insert.setObject(11, begun ? tasks.member() : null);
        insert.setInt(12, begun ? 1 : 0);
        insert.setInt(13, begun ? 1 : 0);
        insert.setBoolean(14, begun);
        try {
            return insert.executeUpdate() == 1;
        } catch (SQLIntegrityConstraintViolationException e) {
            // Another took its name at this moment.
            return false;
        }
    }

    private static long millis(Duration delay) {
        return Math.min(Math.max(0, delay.toMillis()), LONGEST_DELAY.toMillis());
    }

    private static boolean isTaken(PreparedStatement select, Draft draft) throws SQLException {
        select.setString(1, draft.kind());
        select.setString(2, draft.client());
        select.setString(3, draft.clientId());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    @Override
    public List<Backlog> backlog(Connection connection, int after, int limit) throws SQLException {
        List<Backlog> backlogs = new ArrayList<>();
        try (PreparedStatement next = connection.prepareStatement("""
                select t.lane, lane.kind, lane.client, lane.most, t.rank,
                       datediff(millisecond, current_timestamp, t.run_at) as due
                  from (select lane, rank, run_at from task
                         where state = 'waiting' and lane >= ? and (lane, rank) > (?, ?)
                         order by state, lane, rank, run_at limit 1) as t
                  join lane on lane.id = t.lane""")) {
            int lane = after;
            int rank = Short.MAX_VALUE;
            while (backlogs.size() < limit) {
                next.setInt(1, lane);
                next.setInt(2, lane);
                next.setInt(3, rank);
                List<Backlog> found;
                try (ResultSet row = next.executeQuery()) {
                    found = readBacklog(row);
                }
                if (found.isEmpty()) {
                    break;
                }
                backlogs.addAll(found);
                lane = found.get(0).lane();
                rank = -found.get(0).priority();
            }
        }
        return backlogs;
    }

    @Override
    public List<Claim> claim(Connection connection, long member, List<Share> shares) throws SQLException {
        return inTransaction(connection, () -> H2Claims.claim(connection, member, shares));
    }

    /** Some statements. */
    @FunctionalInterface
    private interface Statements<T> {
        T run() throws SQLException;
    }

    /** Runs statements in the caller's transaction, or, where there is none, in one of their own. */
    private static <T> T inTransaction(Connection connection, Statements<T> statements) throws SQLException {
        if (!connection.getAutoCommit()) {
            return statements.run();
        }
        connection.setAutoCommit(false);
        try {
            T result = statements.run();
            connection.commit();
            return result;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Override
    public List<Claim> held(Connection connection, long member) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(CLAIM_COLUMNS + " where state = 'running' and member = ?")) {
            select.setLong(1, member);
            try (ResultSet rows = select.executeQuery()) {
                return readClaims(rows);
            }
        }
    }

    @Override
    public List<Claim> markSent(Connection connection, List<Claim> claims) throws SQLException {
        List<Claim> standing = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement("""
                update task set sent = true where id = ? and epoch = ? and state = 'running' and not stop_asked""")) {
            for (Claim claim : claims) {
                update.setLong(1, claim.id());
                update.setInt(2, claim.epoch());
                if (update.executeUpdate() == 1) {
                    standing.add(claim);
                }
            }
        }
        return standing;
    }

    @Override
    public List<Ended> settle(Connection connection, long member, List<Settlement> settlements, TaskState[] now)
            throws SQLException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < settlements.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing(i -> settlements.get(i).claim().id()));
        Map<Long, Integer> settled = new HashMap<>();
        try (PreparedStatement update = connection.prepareStatement("""
                update task
                   set state = case when ? = 'waiting' and stop_asked then 'cancelled' else ? end,
                       member = null,
                       attempt = attempt - ?,
                       interruptions = interruptions + ?,
                       sent = sent and ? <> 'waiting',
                       run_at = case when ? = 'waiting' then dateadd(millisecond, ?, current_timestamp) else run_at end,
                       ended_at = case when ? = 'waiting' and not stop_asked then null else current_timestamp end
                 where id = ? and epoch = ? and state = 'running'""");
                PreparedStatement insert = connection.prepareStatement(INSERT_ATTEMPT)) {
            for (int i : order) {
                Settlement settlement = settlements.get(i);
                Attempt attempt = settlement.attempt();
                String next = settlement.next().word();
                update.setString(1, next);
                update.setString(2, next);
                update.setInt(3, attempt == null ? 1 : 0);
                update.setInt(4, attempt != null && attempt.outcome() == Attempt.Outcome.INTERRUPTED ? 1 : 0);
                update.setString(5, next);
                update.setString(6, next);
                update.setLong(7, settlement.delay().toMillis());
                update.setString(8, next);
                update.setLong(9, settlement.claim().id());
                update.setInt(10, settlement.claim().epoch());
                if (update.executeUpdate() == 0) {
                    continue;
                }
                settled.put(settlement.claim().id(), i);
                if (attempt != null) {
                    insert.setLong(1, member);
                    setAttempt(insert, attempt);
                    insert.setLong(7, settlement.claim().id());
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
        List<Ended> ended = new ArrayList<>();
        for (Ended task : readEnded(connection, List.copyOf(settled.keySet()))) {
            now[settled.get(task.id())] = task.state();
            if (task.state().isEnded()) {
                ended.add(task);
            }
        }
        return ended;
    }

    private static void setAttempt(PreparedStatement insert, Attempt attempt) throws SQLException {
        insert.setString(2, attempt.outcome().word());
        insert.setInt(3, attempt.code());
        if (attempt.body() == null) {
            insert.setNull(4, Types.VARCHAR);
        } else {
            insert.setString(4, attempt.body());
        }
        insert.setBoolean(5, attempt.truncated());
        insert.setLong(6, attempt.took().toMillis());
    }

    @Override
    public List<Ended> endWaiting(Connection connection, List<Long> ids, TaskState end) throws SQLException {
        List<Long> waiting = lock(connection, ids, "waiting");
        if (waiting.isEmpty()) {
            return List.of();
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update task set state = ?, ended_at = current_timestamp where id = any (?)")) {
            update.setString(1, end.word());
            update.setArray(2, bigints(connection, waiting));
            update.executeUpdate();
        }
        return readEnded(connection, waiting);
    }

    @Override
    public List<Long> postpone(Connection connection, List<Long> ids, Duration delay) throws SQLException {
        List<Long> waiting = lock(connection, ids, "waiting");
        try (PreparedStatement update = connection.prepareStatement(
                "update task set run_at = dateadd(millisecond, ?, current_timestamp) where id = any (?)")) {
            update.setLong(1, delay.toMillis());
            update.setArray(2, bigints(connection, waiting));
            update.executeUpdate();
        }
        return waiting;
    }

    @Override
    public List<Long> askToStop(Connection connection, List<Long> ids) throws SQLException {
        List<Long> running = lock(connection, ids, "running");
        try (PreparedStatement update =
                connection.prepareStatement("update task set stop_asked = true where id = any (?)")) {
            update.setArray(1, bigints(connection, running));
            update.executeUpdate();
        }
        return running;
    }

    private static List<Long> lock(Connection connection, List<Long> ids, String state) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id from task where id = any (?) and state = ? order by id for update")) {
            select.setArray(1, bigints(connection, ids));
            select.setString(2, state);
            return readIds(select);
        }
    }

    private static List<Ended> readEnded(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ENDED_COLUMNS + " where id = any (?)")) {
            select.setArray(1, bigints(connection, ids));
            try (ResultSet rows = select.executeQuery()) {
                List<Ended> tasks = new ArrayList<>();
                while (rows.next()) {
                    tasks.add(readEnded(rows));
                }
                return tasks;
            }
        }
    }

    @Override
    public List<Rescued> rescue(Connection connection, int lastRescue, int limit) throws SQLException {
        List<Rescued> rescued = new ArrayList<>();
        try (PreparedStatement lost = connection.prepareStatement("""
                select id, member, datediff(millisecond, started_at, current_timestamp) from task
                 where state = 'running'
                   and not exists (select 1 from member where member.id = task.member and member.state = 'alive')
                 order by rand() limit ? for update skip locked""");
                PreparedStatement update = connection.prepareStatement("""
                update task
                   set state = case when stop_asked then 'cancelled' when sent or kind not in ('push', 'platform') and rescues + 1 >= ? then 'failed'
                               else 'waiting' end,
                       epoch = epoch + 1, member = null,
                       rescues = rescues + 1, interruptions = interruptions + 1,
                       run_at = current_timestamp,
                       ended_at = case when stop_asked or sent or kind not in ('push', 'platform') and rescues + 1 >= ? then current_timestamp end
                 where id = ?""");
                PreparedStatement read = connection.prepareStatement(
                        "select id, kind, client, lane, rank, generation, state from task where id = ?");
                PreparedStatement insert = connection.prepareStatement(INSERT_ATTEMPT)) {
            lost.setInt(1, limit);
            try (ResultSet rows = lost.executeQuery()) {
                while (rows.next()) {
                    update.setInt(1, lastRescue);
                    update.setInt(2, lastRescue);
                    update.setLong(3, rows.getLong(1));
                    update.executeUpdate();
                    Rescued task = readOne(read, rows.getLong(1));
                    boolean cancelled = task.state() == TaskState.CANCELLED;
                    insert.setLong(1, rows.getLong(2));
                    insert.setString(2, Attempt.Outcome.INTERRUPTED.word());
                    insert.setInt(3, cancelled ? 410 : 504);
                    insert.setString(4, cancelled ? RESCUED_CANCELLED : RESCUED);
                    insert.setBoolean(5, false);
                    insert.setLong(6, rows.getLong(3));
                    insert.setLong(7, task.id());
                    insert.addBatch();
                    rescued.add(task);
                }
            }
            insert.executeBatch();
        }
        return rescued;
    }

    private static Rescued readOne(PreparedStatement select, long id) throws SQLException {
        select.setLong(1, id);
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return readRescued(row);
        }
    }
}

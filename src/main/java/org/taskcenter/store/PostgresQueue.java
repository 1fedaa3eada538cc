package org.taskcenter.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
 * The queue on PostgreSQL: each operation is one statement over arrays.
 *
 * <p>The statistics of a queue's table are always out of date, and a plan made for an empty table would be kept for a full
 * one. So wherever tasks are looked up by given ids, {@link #FEW} makes the planner believe that they are very few, which
 * leaves it no better way than one look into the index for each.
 */
public final class PostgresQueue extends SqlQueue {
    /** Always true; of a range without statistics the planner assumes that hardly any row is in it. */
    private static final String FEW = "given.id between 1 and 9223372036854775807";

    private static final String ADD = """
            with me as (select id from member where id = ? and state = 'alive' for share),
            added as (
            insert into task (id, kind, client, client_id, group_name, lane, rank, state, member, epoch, attempt,
                   accepted_at, due_at, run_at, started_at)
            select d.id, d.kind, d.client, d.client_id, d.group_name, d.lane, d.rank,
                   case when me.id is null then 'waiting' else 'running' end, me.id, first, first,
                   now(), due, due, case when me.id is not null then now() end
              from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::smallint[], ?::bigint[],
                          ?::boolean[])
                   as d (id, kind, client, client_id, group_name, lane, rank, delay, begun)
                   left join me on d.begun,
                   lateral (select now() + d.delay * interval '1 millisecond' as due,
                                   case when me.id is null then 0 else 1 end as first) as at
                on conflict (kind, client, client_id) do nothing
            returning id, state)
            %s
            select id, state from added""";

    /** What is stored beside new tasks: table, columns, columns of {@code given}, parameters, columns. */
    private static final String BESIDE = """
            , beside as (
            insert into %s (task_id%s)
            select added.id%s from unnest(?::bigint[]%s) as given (id%s) join added on added.id = given.id)""";

    /** A loose index scan: jumps from one (lane, rank) to the next instead of reading all entries. */
    private static final String BACKLOG = """
            with recursive head as (
                (select lane, rank, run_at from task
                  where state = 'waiting' and lane > ? order by lane, rank, run_at limit 1)
                union all
                select next.lane, next.rank, next.run_at
                  from head, lateral (
                       select lane, rank, run_at from task
                        where state = 'waiting' and (lane, rank) > (head.lane, head.rank)
                        order by lane, rank, run_at limit 1) as next)
            select head.lane, owner.kind, owner.client, owner.most, head.rank,
                   (extract(epoch from head.run_at - now()) * 1000)::bigint as due
              from (select * from head limit ?) as head,
                   lateral (select kind, client, most from lane where id = head.lane limit 1) as owner
             order by head.lane, head.rank""";

    private static final String CLAIM_COLUMNS = """
            task.id, kind, client, client_id, lane, rank, generation, epoch, attempt, interruptions,
            (extract(epoch from now() - run_at) * 1000)::bigint as waited,
            (extract(epoch from now() - due_at) * 1000)::bigint as age""";

    private static final String CLAIM = """
            with me as (select id from member where id = ? and state = 'alive' for share),
            picked as (
                select t.id
                  from me, unnest(?::int[], ?::smallint[], ?::int[]) as s (lane, rank, tasks), lateral (
                       select id from task
                        where state = 'waiting' and lane = s.lane and rank = s.rank and run_at <= now()
                        order by run_at, id limit s.tasks for update skip locked) as t)
            update task
               set state = 'running', member = ?, epoch = epoch + 1, attempt = attempt + 1, started_at = now()
              from unnest(array(select id from picked)) as given (id)
             where task.id = given.id and\s""" + FEW + " returning " + CLAIM_COLUMNS;

    private static final String HELD = "select " + CLAIM_COLUMNS + " from task where state = 'running' and member = ?";

    private static final String MARK_SENT = """
            update task set sent = true
              from unnest(?::bigint[], ?::int[]) as given (id, epoch)
             where task.id = given.id and task.epoch = given.epoch and state = 'running' and not stop_asked
               and\s""" + FEW + " returning task.id";

    private static final String SETTLE = """
            with given as (
                select * from unnest(?::bigint[], ?::int[], ?::text[], ?::bigint[], ?::text[], ?::int[], ?::text[],
                       ?::boolean[], ?::bigint[])
                       as s (id, epoch, next, delay, outcome, code, body, truncated, took)),
            done as (
                update task
                   set state = case when next = 'waiting' and stop_asked then 'cancelled' else next end,
                       member = null,
                       attempt = attempt - case when outcome is null then 1 else 0 end,
                       sent = sent and next <> 'waiting',
                       interruptions = interruptions + case when outcome = 'interrupted' then 1 else 0 end,
                       run_at = case when next = 'waiting' then now() + delay * interval '1 millisecond' else run_at end,
                       ended_at = case when next = 'waiting' and not stop_asked then null else now() end
                  from given
                 where task.id = given.id and task.epoch = given.epoch and state = 'running'
                   and\s""" + FEW + """

                returning task.id, task.epoch, kind, client, generation, attempt, state, run_at,
                       outcome, code, body, truncated, took),
            kept as (
                insert into attempt (task_id, generation, number, member, outcome, code, body, truncated, took_ms,
                       ended_at, next_at)
                select id, generation, attempt, ?, outcome, code, body, truncated, took, now(),
                       case when state = 'waiting' then run_at end
                  from done where outcome is not null)
            select id, kind, client, generation, state, epoch from done""";

    private static final String END = """
            update task set state = ?, ended_at = now()
              from unnest(?::bigint[]) as given (id)
             where task.id = given.id and state = 'waiting' and\s""" + FEW + " returning task.id, kind, client, generation, state";

    private static final String POSTPONE = """
            update task set run_at = now() + ? * interval '1 millisecond'
              from unnest(?::bigint[]) as given (id)
             where task.id = given.id and state = 'waiting' and\s""" + FEW + " returning task.id";

    private static final String ASK_TO_STOP = """
            update task set stop_asked = true
              from unnest(?::bigint[]) as given (id)
             where task.id = given.id and state = 'running' and\s""" + FEW + " returning task.id";

    private static final String RESCUE = """
            with lost as (
                select id, member from task
                 where state = 'running'
                   and not exists (select from member where member.id = task.member and member.state = 'alive')
                 order by random() limit ? for update skip locked),
            back as (
                update task
                   set state = case when stop_asked then 'cancelled' when sent or kind not in ('push', 'platform') and rescues + 1 >= ? then 'failed'
                               else 'waiting' end,
                       epoch = epoch + 1, member = null,
                       rescues = rescues + 1, interruptions = interruptions + 1,
                       run_at = now(),
                       ended_at = case when stop_asked or sent or kind not in ('push', 'platform') and rescues + 1 >= ? then now() end
                  from unnest(array(select id from lost)) as given (id)
                 where task.id = given.id and\s""" + FEW + """

                returning task.id, kind, client, lane, rank, generation, attempt, state, started_at),
            kept as (
                insert into attempt (task_id, generation, number, member, outcome, code, body, truncated, took_ms,
                       ended_at, next_at)
                select id, generation, attempt, lost.member, 'interrupted',
                       case state when 'cancelled' then 410 else 504 end,
                       case state when 'cancelled' then ? else ? end, false,
                       (extract(epoch from now() - started_at) * 1000)::bigint, now(),
                       case when state = 'waiting' then now() end
                  from back join lost using (id))
            select id, kind, client, lane, rank, generation, state from back""";

    @Override
    public TaskState[] add(Connection connection, NewTasks tasks) throws SQLException {
        int n = tasks.drafts().size();
        Object[][] columns = {
            new Long[n],
            new String[n],
            new String[n],
            new String[n],
            new String[n],
            new Integer[n],
            new Short[n],
            new Long[n],
            new Boolean[n]
        };
        int row = 0;
        for (int i : inOrderOfNames(tasks.drafts())) {
            Draft draft = tasks.drafts().get(i);
            columns[0][row] = tasks.ids()[i];
            columns[1][row] = draft.kind();
            columns[2][row] = draft.client();
            columns[3][row] = draft.clientId();
            columns[4][row] = draft.group();
            columns[5][row] = tasks.lanes()[i];
            columns[6][row] = (short) -draft.priority();
            columns[7][row] = Math.max(0, draft.delay().toMillis());
            columns[8][row] = tasks.begun()[i];
            row++;
        }
        TaskState[] states = new TaskState[n];
        Details.Rows details = tasks.details();
        try (PreparedStatement insert = connection.prepareStatement(ADD.formatted(beside(details)))) {
            insert.setLong(1, tasks.member());
            setArrays(
                    insert,
                    2,
                    columns,
                    "bigint",
                    "text",
                    "text",
                    "text",
                    "text",
                    "int",
                    "smallint",
                    "bigint",
                    "boolean");
            if (details != null) {
                setDetails(insert, 2 + columns.length, tasks.ids(), details);
            }
            try (ResultSet rows = insert.executeQuery()) {
                while (rows.next()) {
                    states[Arrays.binarySearch(tasks.ids(), rows.getLong(1))] = TaskState.of(rows.getString(2));
                }
            }
        }
        return states;
    }

    private static String beside(Details.Rows details) {
        if (details == null) {
            return "";
        }
        StringBuilder names = new StringBuilder();
        StringBuilder values = new StringBuilder();
        StringBuilder parameters = new StringBuilder();
        for (Details.Column column : details.columns()) {
            names.append(", ").append(column.name());
            values.append(", given.").append(column.name());
            parameters.append(", ?::").append(column.type()).append("[]");
        }
        return BESIDE.formatted(details.table(), names, values, parameters, names);
    }

    private static void setDetails(PreparedStatement insert, int first, long[] ids, Details.Rows details)
            throws SQLException {
        insert.setArray(
                first,
                insert.getConnection()
                        .createArrayOf("bigint", Arrays.stream(ids).boxed().toArray(Long[]::new)));
        int next = first + 1;
        for (Details.Column column : details.columns()) {
            insert.setArray(next++, insert.getConnection().createArrayOf(column.type(), column.values()));
        }
    }

    @Override
    public List<Backlog> backlog(Connection connection, int after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BACKLOG)) {
            select.setInt(1, after);
            select.setInt(2, limit);
            try (ResultSet rows = select.executeQuery()) {
                return readBacklog(rows);
            }
        }
    }

    @Override
    public List<Claim> claim(Connection connection, long member, List<Share> shares) throws SQLException {
        int n = shares.size();
        Object[][] columns = {new Integer[n], new Short[n], new Integer[n]};
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            columns[0][i] = share.lane();
            columns[1][i] = (short) -share.priority();
            columns[2][i] = share.tasks();
        }
        try (PreparedStatement update = connection.prepareStatement(CLAIM)) {
            update.setLong(1, member);
            setArrays(update, 2, columns, "int", "smallint", "int");
            update.setLong(5, member);
            try (ResultSet rows = update.executeQuery()) {
                return readClaims(rows);
            }
        }
    }

    @Override
    public List<Claim> held(Connection connection, long member) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(HELD)) {
            select.setLong(1, member);
            try (ResultSet rows = select.executeQuery()) {
                return readClaims(rows);
            }
        }
    }

    @Override
    public List<Claim> markSent(Connection connection, List<Claim> claims) throws SQLException {
        Map<Long, Claim> byId = new TreeMap<>();
        claims.forEach(claim -> byId.put(claim.id(), claim));
        int n = byId.size();
        Object[][] columns = {new Long[n], new Integer[n]};
        int i = 0;
        for (Claim claim : byId.values()) {
            columns[0][i] = claim.id();
            columns[1][i] = claim.epoch();
            i++;
        }
        List<Claim> standing = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement(MARK_SENT)) {
            setArrays(update, 1, columns, "bigint", "int");
            for (long id : readIds(update)) {
                standing.add(byId.get(id));
            }
        }
        return standing;
    }

    @Override
    public List<Ended> settle(Connection connection, long member, List<Settlement> settlements, TaskState[] now)
            throws SQLException {
        SortedMap<Key, Integer> firsts = new TreeMap<>();
        for (int i = 0; i < settlements.size(); i++) {
            firsts.putIfAbsent(Key.of(settlements.get(i).claim()), i);
        }
        int n = firsts.size();
        Object[][] columns = {
            new Long[n],
            new Integer[n],
            new String[n],
            new Long[n],
            new String[n],
            new Integer[n],
            new String[n],
            new Boolean[n],
            new Long[n]
        };
        int row = 0;
        for (int i : firsts.values()) {
            setSettlement(columns, row++, settlements.get(i));
        }
        try (PreparedStatement update = connection.prepareStatement(SETTLE)) {
            setArrays(
                    update, 1, columns, "bigint", "int", "text", "bigint", "text", "int", "text", "boolean", "bigint");
            update.setLong(10, member);
            try (ResultSet rows = update.executeQuery()) {
                List<Ended> ended = new ArrayList<>(firsts.size());
                while (rows.next()) {
                    Ended task = readEnded(rows);
                    now[firsts.get(new Key(task.id(), rows.getInt(6)))] = task.state();
                    if (task.state().isEnded()) {
                        ended.add(task);
                    }
                }
                return ended;
            }
        }
    }

    /** In the order of ids, in which rows are locked: so two who want the same rows do not wait for each other. */
    private record Key(long id, int epoch) implements Comparable<Key> {
        static Key of(Claim claim) {
            return new Key(claim.id(), claim.epoch());
        }

        @Override
        public int compareTo(Key other) {
            return id == other.id ? Integer.compare(epoch, other.epoch) : Long.compare(id, other.id);
        }
    }

    private static void setSettlement(Object[][] columns, int row, Settlement settlement) {
        columns[0][row] = settlement.claim().id();
        columns[1][row] = settlement.claim().epoch();
        columns[2][row] = settlement.next().word();
        columns[3][row] = settlement.delay().toMillis();
        Attempt attempt = settlement.attempt();
        if (attempt != null) {
            columns[4][row] = attempt.outcome().word();
            columns[5][row] = attempt.code();
            columns[6][row] = attempt.body();
            columns[7][row] = attempt.truncated();
            columns[8][row] = attempt.took().toMillis();
        }
    }

    @Override
    public List<Ended> endWaiting(Connection connection, List<Long> ids, TaskState end) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(END)) {
            update.setString(1, end.word());
            update.setArray(2, ascending(connection, ids));
            try (ResultSet rows = update.executeQuery()) {
                List<Ended> ended = new ArrayList<>();
                while (rows.next()) {
                    ended.add(readEnded(rows));
                }
                return ended;
            }
        }
    }

    @Override
    public List<Long> postpone(Connection connection, List<Long> ids, Duration delay) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(POSTPONE)) {
            update.setLong(1, delay.toMillis());
            update.setArray(2, ascending(connection, ids));
            return readIds(update);
        }
    }

    @Override
    public List<Long> askToStop(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(ASK_TO_STOP)) {
            update.setArray(1, ascending(connection, ids));
            return readIds(update);
        }
    }

    private static Array ascending(Connection connection, List<Long> ids) throws SQLException {
        return bigints(connection, ids.stream().sorted().distinct().toList());
    }

    @Override
    public List<Rescued> rescue(Connection connection, int lastRescue, int limit) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(RESCUE)) {
            update.setInt(1, limit);
            update.setInt(2, lastRescue);
            update.setInt(3, lastRescue);
            update.setString(4, RESCUED_CANCELLED);
            update.setString(5, RESCUED);
            try (ResultSet rows = update.executeQuery()) {
                List<Rescued> rescued = new ArrayList<>();
                while (rows.next()) {
                    rescued.add(readRescued(rows));
                }
                return rescued;
            }
        }
    }

    /** @param columns arrays of the classes that belong to the types, which the driver writes as they are */
    private static void setArrays(PreparedStatement statement, int first, Object[][] columns, String... types)
            throws SQLException {
        for (int i = 0; i < columns.length; i++) {
            Array array = statement.getConnection().createArrayOf(types[i], columns[i]);
            statement.setArray(first + i, array);
        }
    }
}

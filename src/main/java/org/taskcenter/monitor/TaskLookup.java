package org.taskcenter.monitor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.taskcenter.monitor.TaskProfile.Try;
import org.taskcenter.store.Database;
import org.taskcenter.task.Attempt.Outcome;
import org.taskcenter.task.TaskState;

/** Finds tasks of all kinds, as administrators see them. */
public final class TaskLookup {
    /** Totals are counted no further. */
    public static final int MOST_COUNTED = 10_000;

    private static final String COLUMNS = """
            select id, kind, client, client_id, group_name, state, generation, attempt, rank, accepted_at, run_at,
                   started_at, ended_at
              from task""";

    /** Of each attempt's error, in characters. */
    private static final int LONGEST_ERROR = 2_000;

    private static final int MOST_ATTEMPTS = 1_000;

    private final Database database;

    public TaskLookup(Database database) {
        this.database = database;
    }

    /** A task by the centre's number of it. */
    public Optional<TaskProfile> find(long id) throws SQLException {
        return database.transaction(connection -> find(connection, id));
    }

    /**
     * Lists tasks, the newest first.
     *
     * @param after where the page begins: what the page before gave as next; {@code Long.MAX_VALUE} is the beginning
     * @param limit how many at most
     */
    public TaskPage list(TaskFilter filter, long after, int limit) throws SQLException {
        Conditions conditions = Conditions.of(filter);
        return database.transaction(connection -> {
            List<TaskProfile> found = new ArrayList<>();
            try (PreparedStatement select =
                    connection.prepareStatement(COLUMNS + conditions.and("id < ?") + " order by id desc limit ?")) {
                int next = conditions.set(select);
                select.setLong(next, after);
                select.setInt(next + 1, limit + 1);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(profile(rows, List.of()));
                    }
                }
            }
            boolean more = found.size() > limit;
            List<TaskProfile> items = more ? List.copyOf(found.subList(0, limit)) : found;
            OptionalLong next =
                    more && limit > 0 ? OptionalLong.of(items.get(limit - 1).id()) : OptionalLong.empty();
            return new TaskPage(items, next, count(connection, conditions));
        });
    }

    private static int count(Connection connection, Conditions conditions) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select count(*) from (select 1 from task" + conditions.where() + " limit ?) as found")) {
            select.setInt(conditions.set(select), MOST_COUNTED);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static Optional<TaskProfile> find(Connection connection, long id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + " where id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(profile(row, attempts(connection, id))) : Optional.empty();
            }
        }
    }

    private static TaskProfile profile(ResultSet row, List<Try> attempts) throws SQLException {
        return new TaskProfile(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                TaskState.of(row.getString(6)),
                row.getInt(7),
                row.getInt(8),
                -row.getInt(9),
                time(row, 10),
                time(row, 11),
                time(row, 12),
                time(row, 13),
                attempts);
    }

    private static List<Try> attempts(Connection connection, long id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select generation, number, outcome, code,
                       case when outcome <> ? then substring(body from 1 for ?) end, took_ms, ended_at, next_at
                  from attempt where task_id = ? order by generation, number limit ?""")) {
            select.setString(1, Outcome.DONE.word());
            select.setInt(2, LONGEST_ERROR);
            select.setLong(3, id);
            select.setInt(4, MOST_ATTEMPTS);
            try (ResultSet rows = select.executeQuery()) {
                List<Try> attempts = new ArrayList<>();
                while (rows.next()) {
                    attempts.add(new Try(
                            rows.getInt(1),
                            rows.getInt(2),
                            rows.getString(3),
                            rows.getInt(4),
                            rows.getString(5),
                            Duration.ofMillis(rows.getLong(6)),
                            time(rows, 7),
                            time(rows, 8)));
                }
                return attempts;
            }
        }
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

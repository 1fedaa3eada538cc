package org.taskcenter.listing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.taskcenter.listing.Filter.Condition;
import org.taskcenter.store.Database;

/**
 * Pages of third parties' tasks, the newest first, with exact totals. Total and page are of the same moment. A page is looked for
 * from the end that it is nearer to, so the last pages cost as little as the first; deep pages of everybody's tasks are entered at the
 * {@link Blocks block} where they begin.
 */
public final class Lists {
    private static final String TASKS = """
            select t.id, t.task_id, t.platform, t.account_id, a.name, t.channel_id, t.upstream_id, t.quota, t.action,
                   t.status, t.fail_reason, t.submit_time, t.start_time, t.finish_time, t.updated_at, t.progress,
                   t.properties, case when octet_length(t.data) <= ? then t.data end
              from (select id from platform_task%s order by %s limit ? offset ?) page
                   join platform_task t on t.id = page.id
                   left join account a on a.id = t.account_id
             order by t.id desc""";

    private final Database database;
    private final Counts counts;
    private final boolean postgres;
    private final long far;
    private final Blocks.Ends ends = new Blocks.Ends();

    /** @param postgres whether the database is PostgreSQL, and not H2 */
    public Lists(Database database, Counts counts, boolean postgres) {
        this(database, counts, postgres, Counts.BLOCK);
    }

    /** @param far how many tasks before a page are too many to be passed one by one */
    Lists(Database database, Counts counts, boolean postgres, long far) {
        this.database = database;
        this.counts = counts;
        this.postgres = postgres;
        this.far = far;
    }

    /**
     * A page.
     *
     * @param number from 1
     * @param size how many tasks are on a page, positive
     */
    public Page page(Filter filter, long number, int size) throws SQLException {
        return database.transaction(connection -> {
            freeze(connection);
            try {
                long total = filter.isOfGroups() ? counts.total(connection, filter) : counted(connection, filter);
                return new Page(tasks(connection, filter, (number - 1) * size, size, total), total);
            } finally {
                thaw(connection);
            }
        });
    }

    private List<Listed> tasks(Connection connection, Filter filter, long offset, int size, long total)
            throws SQLException {
        long count = Math.min(size, total - offset);
        if (count <= 0) {
            return List.of();
        }
        long offsetFromEnd = total - offset - count;
        boolean fromEnd = offsetFromEnd < offset;
        long skip = fromEnd ? offsetFromEnd : offset;
        Condition condition = filter.taskCondition();
        boolean newestFirst = !fromEnd;
        if (skip > far && filter.account() == null && filter.isOfGroups()) {
            Blocks.Place place = new Blocks(connection, filter, newestFirst, ends).find(skip, count, total);
            newestFirst = place.newestFirst();
            condition = condition.and(newestFirst ? "id < ?" : "id >= ?", place.edge());
            skip = place.skip();
        }
        try (PreparedStatement select =
                connection.prepareStatement(TASKS.formatted(condition.sql(), filter.order(newestFirst)))) {
            select.setInt(1, Listed.SHORT);
            int at = condition.bind(select, 2);
            select.setLong(at++, count);
            select.setLong(at, skip);
            try (ResultSet rows = select.executeQuery()) {
                List<Listed> tasks = new ArrayList<>();
                while (rows.next()) {
                    tasks.add(task(rows));
                }
                return Collections.unmodifiableList(tasks);
            }
        }
    }

    private static long counted(Connection connection, Filter filter) throws SQLException {
        Condition condition = filter.taskCondition();
        try (PreparedStatement select =
                connection.prepareStatement("select count(*) from platform_task" + condition.sql())) {
            condition.bind(select, 1);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static Listed task(ResultSet row) throws SQLException {
        return new Listed(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                row.getLong(6),
                row.getString(7),
                row.getLong(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getLong(12),
                row.getLong(13),
                row.getLong(14),
                row.getLong(15),
                row.getString(16),
                row.getString(17),
                row.getString(18));
    }

    /** From now on the transaction sees the same tasks, whatever others do. */
    private void freeze(Connection connection) throws SQLException {
        if (postgres) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction isolation level repeatable read read only");
            }
        } else {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
    }

    private void thaw(Connection connection) throws SQLException {
        if (!postgres) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
    }
}

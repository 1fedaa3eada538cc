package org.taskcenter.listing;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.taskcenter.listing.Filter.Condition;

/**
 * How many tasks of third parties there are of each {@link Group}, exact at every moment: what changes is stored in the transaction
 * that changes it, as rows of its own for which nobody waits, and added up later ({@link #addUp}).
 */
public final class Counts {
    /** The group's account where all accounts are counted together. */
    static final long EVERYBODY = 0;

    /** How many ids a block has; what is stored is counted by it. */
    static final long BLOCK = 5_000;

    /**
     * Ids that all accounts' tasks are counted together by. What is counted so has accounts of its own, so that statistics tell
     * well how few rows {@link #EVERYBODY} has.
     *
     * @param account the group's account
     * @param blocks how many blocks are counted as one
     */
    record Level(long account, long blocks) {}

    /** The fine level, where a page begins. */
    static final Level BLOCKS = new Level(-1, 1);

    /** The coarse level, by which what lies far before a page is passed. */
    static final Level SPANS = new Level(-2, 20);

    private static final List<Level> LEVELS = List.of(BLOCKS, SPANS);

    /** The block where the tasks of all blocks are counted together. */
    private static final long ALL_BLOCKS = -1;

    private static final int PAGE = 5_000;

    private static final String ADD = """
            insert into platform_change (account_id, block, platform, action, channel_id, status, amount)
            select * from unnest(cast(? as bigint array), cast(? as bigint array), cast(? as varchar array),
                   cast(? as varchar array), cast(? as bigint array), cast(? as varchar array),
                   cast(? as bigint array))""";

    private static final String TAKE =
            "select id, account_id, block, platform, action, channel_id, status, amount from platform_change"
                    + " order by id limit " + PAGE + " for update skip locked";

    private static final String REMOVE =
            "delete from platform_change where id in (select * from unnest(cast(? as bigint array)))";

    private static final String POSTGRES_MERGE = """
            insert into platform_count (account_id, block, platform, action, channel_id, status, amount)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (account_id, block, platform, action, channel_id, status)
            do update set amount = platform_count.amount + excluded.amount""";

    private static final String H2_MERGE = """
            merge into platform_count c
            using (values (cast(? as bigint), cast(? as bigint), cast(? as varchar), cast(? as varchar),
                           cast(? as bigint), cast(? as varchar), cast(? as bigint)))
                  as n (account_id, block, platform, action, channel_id, status, amount)
            on c.account_id = n.account_id and c.block = n.block and c.platform = n.platform and c.action = n.action
               and c.channel_id = n.channel_id and c.status = n.status
            when matched then update set c.amount = c.amount + n.amount
            when not matched then insert (account_id, block, platform, action, channel_id, status, amount)
                 values (n.account_id, n.block, n.platform, n.action, n.channel_id, n.status, n.amount)""";

    private static final String H2_CLEAN =
            "delete from platform_count where account_id = ? and block = any (?) and amount = 0";

    /** Rows that another member has locked are his to look at: nobody waits for each other in a circle. */
    private static final String POSTGRES_CLEAN = """
            delete from platform_count where ctid = any (array(
                select ctid from platform_count where account_id = ? and block = any (?) and amount = 0
                   for update skip locked))""";

    /** The order in which rows of {@code platform_count} are locked. */
    private static final Comparator<Cell> ORDER = Comparator.comparingLong(
                    (Cell cell) -> cell.group().account())
            .thenComparingLong(Cell::block)
            .thenComparing(cell -> cell.group().platform())
            .thenComparing(cell -> cell.group().action())
            .thenComparingLong(cell -> cell.group().channel())
            .thenComparing(cell -> cell.group().status());

    private final String merge;
    private final String clean;
    private final AtomicBoolean changed = new AtomicBoolean(true);

    /** @param postgres whether the database is PostgreSQL, and not H2 */
    public Counts(boolean postgres) {
        this.merge = postgres ? POSTGRES_MERGE : H2_MERGE;
        this.clean = postgres ? POSTGRES_CLEAN : H2_CLEAN;
    }

    /** Tasks of a group that lie in one block of ids. */
    private record Cell(Group group, long block) {}

    /** Notes, in the caller's transaction, that groups have more or fewer tasks; those of the same group are summed. */
    public void add(Connection connection, Collection<Change> changes) throws SQLException {
        SortedMap<Cell, Long> sums = new TreeMap<>(ORDER);
        changes.forEach(change -> sums.merge(new Cell(change.group(), change.task() / BLOCK), change.by(), Long::sum));
        sums.values().removeIf(sum -> sum == 0);
        if (sums.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(ADD)) {
            List<Cell> cells = List.copyOf(sums.keySet());
            insert.setArray(
                    1, array(connection, "bigint", cells, cell -> cell.group().account()));
            insert.setArray(2, array(connection, "bigint", cells, Cell::block));
            insert.setArray(
                    3, array(connection, "varchar", cells, cell -> cell.group().platform()));
            insert.setArray(
                    4, array(connection, "varchar", cells, cell -> cell.group().action()));
            insert.setArray(
                    5, array(connection, "bigint", cells, cell -> cell.group().channel()));
            insert.setArray(
                    6, array(connection, "varchar", cells, cell -> cell.group().status()));
            insert.setArray(7, connection.createArrayOf("bigint", sums.values().toArray()));
            insert.executeUpdate();
        }
        changed.set(true);
    }

    /** How many tasks there are of the groups that a filter means. */
    long total(Connection connection, Filter filter) throws SQLException {
        if (filter.account() != null && filter.account() <= EVERYBODY) {
            return 0; // No account's number: what is counted under such ones is counted for all accounts.
        }
        // One statement, so that what is being added up meanwhile is neither missed nor counted twice.
        Condition added = filter.groupCondition(Condition.none()
                .and("account_id = ?", Optional.ofNullable(filter.account()).orElse(EVERYBODY))
                .and("block = ?", ALL_BLOCKS));
        Condition changes = filter.groupCondition(
                filter.account() == null ? Condition.none() : Condition.none().and("account_id = ?", filter.account()));
        String sql = "select coalesce(sum(amount), 0) from (select amount from platform_count" + added.sql()
                + " union all select amount from platform_change" + changes.sql() + ") amounts";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            changes.bind(select, added.bind(select, 1));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Whether there may be something to add up since the last time this was asked. */
    boolean hasChanged() {
        return changed.getAndSet(false);
    }

    /** Adds up some of what has changed; whether there may be more. */
    boolean addUp(Connection connection) throws SQLException {
        List<Long> taken = new ArrayList<>();
        SortedMap<Cell, Long> sums = new TreeMap<>(ORDER);
        try (PreparedStatement select = connection.prepareStatement(TAKE);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                taken.add(rows.getLong(1));
                long block = rows.getLong(3);
                Group group = new Group(
                        rows.getLong(2), rows.getString(4), rows.getString(5), rows.getLong(6), rows.getString(7));
                long by = rows.getLong(8);
                sums.merge(new Cell(group, ALL_BLOCKS), by, Long::sum);
                sums.merge(new Cell(group.of(EVERYBODY), ALL_BLOCKS), by, Long::sum);
                for (Level level : LEVELS) {
                    sums.merge(new Cell(group.of(level.account()), block / level.blocks()), by, Long::sum);
                }
            }
        }
        if (taken.isEmpty()) {
            return false;
        }
        try (PreparedStatement remove = connection.prepareStatement(REMOVE)) {
            remove.setArray(1, connection.createArrayOf("bigint", taken.toArray()));
            remove.executeUpdate();
        }
        sums.values().removeIf(sum -> sum == 0);
        try (PreparedStatement merging = connection.prepareStatement(merge)) {
            for (Map.Entry<Cell, Long> sum : sums.entrySet()) {
                Group group = sum.getKey().group();
                merging.setLong(1, group.account());
                merging.setLong(2, sum.getKey().block());
                merging.setString(3, group.platform());
                merging.setString(4, group.action());
                merging.setLong(5, group.channel());
                merging.setString(6, group.status());
                merging.setLong(7, sum.getValue());
                merging.addBatch();
            }
            merging.executeBatch();
        }
        for (Level level : LEVELS) {
            clean(connection, level, sums);
        }
        return taken.size() == PAGE;
    }

    /** Removes the rows of blocks in which a group has no task left, so that there are few rows to a block. */
    private void clean(Connection connection, Level level, SortedMap<Cell, Long> sums) throws SQLException {
        Object[] left = sums.entrySet().stream()
                .filter(sum -> sum.getValue() < 0 && sum.getKey().group().account() == level.account())
                .map(sum -> sum.getKey().block())
                .distinct()
                .toArray();
        if (left.length > 0) {
            try (PreparedStatement delete = connection.prepareStatement(clean)) {
                delete.setLong(1, level.account());
                delete.setArray(2, connection.createArrayOf("bigint", left));
                delete.executeUpdate();
            }
        }
    }

    private static Array array(Connection connection, String type, List<Cell> cells, Function<Cell, Object> column)
            throws SQLException {
        return connection.createArrayOf(type, cells.stream().map(column).toArray());
    }
}

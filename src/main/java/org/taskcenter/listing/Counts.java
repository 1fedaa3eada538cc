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

    private static final int PAGE = 5_000;

    private static final String ADD = """
            insert into platform_change (account_id, platform, action, channel_id, status, amount)
            select * from unnest(cast(? as bigint array), cast(? as varchar array), cast(? as varchar array),
                   cast(? as bigint array), cast(? as varchar array), cast(? as bigint array))""";

    private static final String TAKE =
            "select id, account_id, platform, action, channel_id, status, amount from platform_change order by id limit "
                    + PAGE + " for update skip locked";

    private static final String REMOVE =
            "delete from platform_change where id in (select * from unnest(cast(? as bigint array)))";

    private static final String POSTGRES_MERGE = """
            insert into platform_count (account_id, platform, action, channel_id, status, amount)
            values (?, ?, ?, ?, ?, ?)
            on conflict (account_id, platform, action, channel_id, status)
            do update set amount = platform_count.amount + excluded.amount""";

    private static final String H2_MERGE = """
            merge into platform_count c
            using (values (cast(? as bigint), cast(? as varchar), cast(? as varchar), cast(? as bigint),
                           cast(? as varchar), cast(? as bigint)))
                  as n (account_id, platform, action, channel_id, status, amount)
            on c.account_id = n.account_id and c.platform = n.platform and c.action = n.action
               and c.channel_id = n.channel_id and c.status = n.status
            when matched then update set c.amount = c.amount + n.amount
            when not matched then insert (account_id, platform, action, channel_id, status, amount)
                 values (n.account_id, n.platform, n.action, n.channel_id, n.status, n.amount)""";

    /** The order in which rows of {@code platform_count} are locked. */
    private static final Comparator<Group> ORDER = Comparator.comparingLong(Group::account)
            .thenComparing(Group::platform)
            .thenComparing(Group::action)
            .thenComparingLong(Group::channel)
            .thenComparing(Group::status);

    private final String merge;
    private final AtomicBoolean changed = new AtomicBoolean(true);

    /** @param postgres whether the database is PostgreSQL, and not H2 */
    public Counts(boolean postgres) {
        this.merge = postgres ? POSTGRES_MERGE : H2_MERGE;
    }

    /** Notes, in the caller's transaction, that groups have more or fewer tasks; those of the same group are summed. */
    public void add(Connection connection, Collection<Change> changes) throws SQLException {
        SortedMap<Group, Long> sums = new TreeMap<>(ORDER);
        changes.forEach(change -> sums.merge(change.group(), change.by(), Long::sum));
        sums.values().removeIf(sum -> sum == 0);
        if (sums.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(ADD)) {
            List<Group> groups = List.copyOf(sums.keySet());
            insert.setArray(1, array(connection, "bigint", groups, Group::account));
            insert.setArray(2, array(connection, "varchar", groups, Group::platform));
            insert.setArray(3, array(connection, "varchar", groups, Group::action));
            insert.setArray(4, array(connection, "bigint", groups, Group::channel));
            insert.setArray(5, array(connection, "varchar", groups, Group::status));
            insert.setArray(6, connection.createArrayOf("bigint", sums.values().toArray()));
            insert.executeUpdate();
        }
        changed.set(true);
    }

    /** How many tasks there are of the groups that a filter means. */
    long total(Connection connection, Filter filter) throws SQLException {
        // One statement, so that what is being added up meanwhile is neither missed nor counted twice.
        Condition added = filter.groupCondition(Condition.none()
                .and("account_id = ?", Optional.ofNullable(filter.account()).orElse(EVERYBODY)));
        Condition changes = filter.groupCondition(
                filter.account() == null ? Condition.none() : Condition.none().and("account_id = ?", filter.account()));
        String sql = "select coalesce(sum(amount), 0) from (select amount from platform_count" + added.sql()
                + " union all select amount from platform_change" + changes.sql() + ") amounts";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int at = 1;
            for (Object parameter : added.parameters()) {
                select.setObject(at++, parameter);
            }
            for (Object parameter : changes.parameters()) {
                select.setObject(at++, parameter);
            }
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
        SortedMap<Group, Long> sums = new TreeMap<>(ORDER);
        try (PreparedStatement select = connection.prepareStatement(TAKE);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                taken.add(rows.getLong(1));
                Group group = new Group(
                        rows.getLong(2), rows.getString(3), rows.getString(4), rows.getLong(5), rows.getString(6));
                sums.merge(group, rows.getLong(7), Long::sum);
                sums.merge(
                        new Group(EVERYBODY, group.platform(), group.action(), group.channel(), group.status()),
                        rows.getLong(7),
                        Long::sum);
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
            for (Map.Entry<Group, Long> sum : sums.entrySet()) {
                Group group = sum.getKey();
                merging.setLong(1, group.account());
                merging.setString(2, group.platform());
                merging.setString(3, group.action());
                merging.setLong(4, group.channel());
                merging.setString(5, group.status());
                merging.setLong(6, sum.getValue());
                merging.addBatch();
            }
            merging.executeBatch();
        }
        return taken.size() == PAGE;
    }

    private static Array array(Connection connection, String type, List<Group> groups, Function<Group, Object> column)
            throws SQLException {
        return connection.createArrayOf(type, groups.stream().map(column).toArray());
    }
}

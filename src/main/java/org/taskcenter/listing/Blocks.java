package org.taskcenter.listing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.taskcenter.listing.Filter.Condition;

/**
 * Finds the block of ids in which a page of everybody's tasks begins, from how many tasks lie in each, so that the tasks before it
 * need not be passed one by one.
 */
final class Blocks {
    private final Connection connection;
    private final Filter filter;
    private final boolean newestFirst;

    /**
     * A place in a list.
     *
     * @param edge tasks before this id, or from this id on where the oldest is the first
     * @param skip how many of them come before the place
     */
    record Place(long edge, long skip) {}

    /** @param filter of groups, and of no account */
    Blocks(Connection connection, Filter filter, boolean newestFirst) {
        this.connection = connection;
        this.filter = filter;
        this.newestFirst = newestFirst;
    }

    /**
     * The place behind {@code skip} tasks.
     *
     * @param total how many tasks the list has, more than {@code skip}
     */
    Place find(long skip, long total) throws SQLException {
        long first;
        long last;
        try (Statement select = connection.createStatement();
                ResultSet ends = select.executeQuery("select min(id), max(id) from platform_task")) {
            ends.next();
            first = ends.getLong(1) / Counts.BLOCK;
            last = ends.getLong(2) / Counts.BLOCK;
        }
        long left = skip;
        // As many as it takes where the tasks lie evenly, and more and more where they do not.
        long width = skip * (last - first + 1) / total + 2;
        for (long passed = 0; passed <= last - first; passed += width, width *= 2) {
            long from = newestFirst ? last - passed - width + 1 : first + passed;
            for (Map.Entry<Long, Long> block : amounts(from, from + width - 1).entrySet()) {
                if (left < block.getValue()) {
                    return new Place((block.getKey() + (newestFirst ? 1 : 0)) * Counts.BLOCK, left);
                }
                left -= block.getValue();
            }
        }
        throw new IllegalStateException("fewer tasks lie in all blocks than are counted");
    }

    /** How many tasks lie in each block, in the order of the list. */
    private Map<Long, Long> amounts(long from, long to) throws SQLException {
        Condition inBlocks = Condition.none().and("block between ? and ?", from, to);
        Condition added = filter.groupCondition(inBlocks.and("account_id = ?", Counts.EVERYBODY_BY_BLOCKS));
        Condition changes = filter.groupCondition(inBlocks);
        String sql = "select block, sum(amount) from (select block, amount from platform_count" + added.sql()
                + " union all select block, amount from platform_change" + changes.sql()
                + ") amounts group by block order by block" + (newestFirst ? " desc" : "");
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            changes.bind(select, added.bind(select, 1));
            Map<Long, Long> amounts = new LinkedHashMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    amounts.put(rows.getLong(1), rows.getLong(2));
                }
            }
            return amounts;
        }
    }
}

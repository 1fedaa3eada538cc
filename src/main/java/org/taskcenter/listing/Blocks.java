package org.taskcenter.listing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.taskcenter.listing.Counts.Level;
import org.taskcenter.listing.Filter.Condition;

/**
 * Finds the block of ids in which a page of everybody's tasks begins, from how many tasks lie in each span of blocks, and then in
 * each block of one span, so that the tasks before it need not be passed one by one.
 */
final class Blocks {
    private final Connection connection;
    private final Filter filter;
    private final boolean newestFirst;
    private final Ends ends;

    /**
     * A place in a list.
     *
     * @param newestFirst whether it is looked for among the tasks before {@code edge}, the newest first, or else among those from
     *     this id on, the oldest first
     * @param skip how many of them come before the place
     */
    record Place(long edge, boolean newestFirst, long skip) {}

    /** The first and the last span that were seen so far: where it is good to begin, whatever there is by now. */
    static final class Ends {
        /** Beyond all ids. */
        private static final long MOST = 1L << 50;

        private final AtomicLong oldest = new AtomicLong(MOST);
        private final AtomicLong newest = new AtomicLong();

        private void saw(long span) {
            oldest.accumulateAndGet(span, Math::min);
            newest.accumulateAndGet(span, Math::max);
        }
    }

    /** @param filter of groups, and of no account */
    Blocks(Connection connection, Filter filter, boolean newestFirst, Ends ends) {
        this.connection = connection;
        this.filter = filter;
        this.newestFirst = newestFirst;
        this.ends = ends;
    }

    /**
     * The place of {@code count} tasks behind {@code skip} others. It is entered at the edge of its block that it is nearer to.
     *
     * @param total how many tasks the list has, no fewer than both
     */
    Place find(long skip, long count, long total) throws SQLException {
        Part span = span(skip, total);
        long first = span.number() * Counts.SPANS.blocks();
        Part block = passed(amounts(Counts.BLOCKS, first, first + Counts.SPANS.blocks() - 1), span.skip());
        long behind = block.amount() - block.skip() - count;
        boolean back = behind >= 0 && behind < block.skip();
        boolean down = newestFirst != back;
        return new Place((block.number() + (down ? 1 : 0)) * Counts.BLOCK, down, back ? behind : block.skip());
    }

    /**
     * A span or a block.
     *
     * @param amount how many tasks lie in it
     * @param skip how many of these come before the place; where there is no such part (number -1), how many come after all
     */
    private record Part(long number, long amount, long skip) {}

    private Part span(long skip, long total) throws SQLException {
        long oldest = ends.oldest.get();
        long newest = ends.newest.get();
        // As many as it takes where the tasks lie evenly, and more and more where they do not.
        long width = skip * Math.max(1, newest - oldest + 1) / total + 2;
        long from = newestFirst ? newest - width + 1 : 0;
        long to = newestFirst ? Ends.MOST : oldest + width - 1;
        long left = skip;
        while (from <= Ends.MOST && to >= 0) {
            Map<Long, Long> amounts = amounts(Counts.SPANS, from, to);
            amounts.keySet().forEach(ends::saw);
            Part part = passed(amounts, left);
            if (part.number() >= 0) {
                return part;
            }
            left = part.skip();
            width *= 2;
            if (newestFirst) {
                to = from - 1;
                from -= width;
            } else {
                from = to + 1;
                to += width;
            }
        }
        throw new IllegalStateException("fewer tasks lie in all spans than are counted");
    }

    private static Part passed(Map<Long, Long> amounts, long skip) {
        long left = skip;
        for (Map.Entry<Long, Long> part : amounts.entrySet()) {
            if (left < part.getValue()) {
                return new Part(part.getKey(), part.getValue(), left);
            }
            left -= part.getValue();
        }
        return new Part(-1, 0, left);
    }

    /** How many tasks lie in each part of a level, in the order of the list. */
    private Map<Long, Long> amounts(Level level, long from, long to) throws SQLException {
        Condition added = filter.groupCondition(
                Condition.none().and("account_id = ?", level.account()).and("block between ? and ?", from, to));
        Condition changes = filter.groupCondition(
                Condition.none().and("block between ? and ?", from * level.blocks(), (to + 1) * level.blocks() - 1));
        String sql = "select part, sum(amount) from (select block as part, amount from platform_count" + added.sql()
                + " union all select block / " + level.blocks() + " as part, amount from platform_change"
                + changes.sql() + ") amounts group by part order by part" + (newestFirst ? " desc" : "");
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

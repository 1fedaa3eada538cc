package org.taskcenter.call;

import java.util.List;

/**
 * A part of an ordered list.
 *
 * @param <T> the items
 * @param from the index of the first item, from 0; at most {@code total}
 * @param total how many items the whole list has
 */
public record Page<T>(long from, long total, List<T> items) {
    /** The index behind the last item. */
    public long to() {
        return from + items.size();
    }
}

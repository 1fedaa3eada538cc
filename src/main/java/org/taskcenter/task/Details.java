package org.taskcenter.task;

import java.util.List;

/**
 * What a kind keeps beside its tasks (what to call, say), stored with them or not at all.
 *
 * @param <T> the details of one task
 */
@FunctionalInterface
public interface Details<T> {
    /** The rows of new tasks, {@code details.get(i)} belonging to task {@code ids[i]}. They may turn out not to be stored. */
    Rows rows(long[] ids, List<T> details);

    /** The row of this task was not stored, or may not have been: what is kept of it besides is of no use. */
    default void notStored(long id) {}

    /**
     * Rows of one table by columns, one row a task, in the tasks' order.
     *
     * @param table its primary key is {@code task_id}
     * @param columns all columns besides {@code task_id}
     */
    record Rows(String table, List<Column> columns) {}

    /**
     * A column of {@link Rows}.
     *
     * @param type its type in SQL as PostgreSQL spells it
     * @param values one a row, in an array of their own class: {@code String[]}, {@code Long[]}, {@code byte[][]}
     */
    record Column(String name, String type, Object[] values) {}
}

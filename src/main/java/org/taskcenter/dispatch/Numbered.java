package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Details;
import org.taskcenter.task.Draft;
import org.taskcenter.task.NewTasks;

/**
 * Tasks that are about to be stored together.
 *
 * @param lanes the lane of each
 * @param ids the number of each, ascending
 */
record Numbered<T>(List<Intake.Item<T>> items, List<Draft> drafts, Lanes.Lane[] lanes, long[] ids) {
    /** @throws SQLException where there are no numbers */
    static <T> Numbered<T> of(List<Intake.Item<T>> items, Lanes lanes, Ids ids) throws SQLException {
        List<Draft> drafts = items.stream().map(Intake.Item::draft).toList();
        Lanes.Lane[] laneOf = new Lanes.Lane[drafts.size()];
        for (int i = 0; i < laneOf.length; i++) {
            laneOf[i] = lanes.of(drafts.get(i));
        }
        return new Numbered<>(items, drafts, laneOf, ids.take(laneOf.length));
    }

    /** What to store beside them. */
    Details.Rows rows(Details<T> details) {
        return details.rows(ids, items.stream().map(Intake.Item::details).toList());
    }

    /** What the database is told, where this member begins those that it has places for. */
    NewTasks at(Places places, Details.Rows rows) {
        int[] numbers = Arrays.stream(lanes).mapToInt(Lanes.Lane::number).toArray();
        return new NewTasks(ids, numbers, drafts, rows, places.member(), places.begun(ids));
    }
}

package org.taskcenter.push;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.taskcenter.dispatch.Intake;
import org.taskcenter.dispatch.Successors;
import org.taskcenter.store.Database;

/** What was held for a client that was listening, and has gone since: it takes its other way, and is pushed. */
final class Deserted {
    private static final int MOST_AT_ONCE = 500;

    private final Database database;
    private final Successors<Push> pushes;

    Deserted(Database database, Successors<Push> pushes) {
        this.database = database;
        this.pushes = pushes;
    }

    /** Makes pushes of some of it. */
    void push() throws SQLException {
        List<Held.Row> rows = database.statement(connection -> Held.deserted(connection, MOST_AT_ONCE));
        if (rows.isEmpty()) {
            return;
        }
        database.transaction(connection -> {
                    int[] deleted = Held.delete(connection, rows);
                    return pushes.add(connection, pushesOf(rows, deleted));
                })
                .run();
    }

    private static List<Intake.Item<Push>> pushesOf(List<Held.Row> rows, int[] deleted) {
        List<Intake.Item<Push>> items = new ArrayList<>();
        for (int i = 0; i < deleted.length; i++) {
            Held.Row row = rows.get(i);
            String authority = ResultEnding.authority(row.url());
            if (deleted[i] == 1 && authority != null) {
                items.add(ResultEnding.push(row.client(), row.end(), row.url(), authority));
            }
        }
        return items;
    }
}

package org.taskcenter.monitor;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.taskcenter.task.TaskState;

/** A filter as SQL with its parameters. */
final class Conditions {
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> parameters = new ArrayList<>();

    private Conditions() {}

    static Conditions of(TaskFilter filter) {
        Conditions all = new Conditions();
        filter.kind().ifPresent(kind -> all.add("kind = ?", kind));
        filter.state().map(TaskState::word).ifPresent(state -> all.add("state = ?", state));
        filter.client().ifPresent(client -> all.add("client = ?", client));
        filter.group().ifPresent(group -> all.add("group_name = ?", group));
        filter.named().ifPresent(name -> all.add("client_id like ? escape '!'", begins(name)));
        filter.from().ifPresent(from -> all.add("accepted_at >= ?", from.atOffset(ZoneOffset.UTC)));
        filter.to().ifPresent(to -> all.add("accepted_at <= ?", to.atOffset(ZoneOffset.UTC)));
        return all;
    }

    private static String begins(String name) {
        return name.replaceAll("[!%_]", "!$0") + "%";
    }

    private void add(String condition, Object parameter) {
        conditions.add(condition);
        parameters.add(parameter);
    }

    String where() {
        return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    }

    /** These and one more, whose parameter comes after theirs. */
    String and(String another) {
        return where() + (conditions.isEmpty() ? " where " : " and ") + another;
    }

    /** Sets the parameters; returns the number of the next one. */
    int set(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
        return parameters.size() + 1;
    }
}

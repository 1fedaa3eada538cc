package org.taskcenter.api.admin;

import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.taskcenter.api.Fields;
import org.taskcenter.monitor.TaskFilter;
import org.taskcenter.task.TaskState;

/** The query of a list of tasks, as it comes. */
public class TasksQuery {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1_000;

    @QueryParam("kind")
    String kind;

    @QueryParam("state")
    String state;

    @QueryParam("client")
    String client;

    @QueryParam("group")
    String group;

    @QueryParam("q")
    String name;

    @QueryParam("from")
    String from;

    @QueryParam("to")
    String to;

    @QueryParam("limit")
    String limit;

    @QueryParam("after")
    String after;

    TaskFilter filter() {
        return new TaskFilter(
                given(kind),
                given(state).map(TasksQuery::state),
                given(client),
                given(group),
                given(name),
                given(from).map(text -> time("from", text)),
                given(to).map(text -> time("to", text)));
    }

    int limit() {
        return (int) Math.min(MOST, QueryNumber.of("limit", limit, USUAL_LIMIT));
    }

    long after() {
        return QueryNumber.of("after", after, Long.MAX_VALUE);
    }

    private static Optional<String> given(String text) {
        return Optional.ofNullable(text).filter(value -> !value.isBlank()).map(TasksQuery::storable);
    }

    /** No task has a NUL in any of its texts, and the database refuses to look for one. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static TaskState state(String word) {
        try {
            return TaskState.of(word);
        } catch (IllegalArgumentException e) {
            throw Fields.wrong("state", "must be waiting, running, succeeded, failed, partly or cancelled");
        }
    }

    private static Instant time(String name, String text) {
        try {
            return OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException e) {
            throw Fields.wrong(name, "must be a time as RFC 3339 has it, such as 2026-01-31T08:00:00Z");
        }
    }
}

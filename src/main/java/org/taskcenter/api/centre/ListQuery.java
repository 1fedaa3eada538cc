package org.taskcenter.api.centre;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Optional;
import java.util.Set;
import org.taskcenter.account.Caller;
import org.taskcenter.listing.Filter;
import org.taskcenter.upstream.Platforms;

/** What the query of a list asks for. Nothing in it is an error: what cannot be read is the default, off, or matches nothing. */
final class ListQuery {
    private static final Set<String> STATUSES =
            Set.of("NOT_START", "SUBMITTED", "QUEUED", "IN_PROGRESS", "FAILURE", "SUCCESS", "UNKNOWN");
    private static final int USUAL_SIZE = 20;
    private static final int LARGEST_SIZE = 100;
    private static final long LAST_PAGE = 1L << 40;

    private final MultivaluedMap<String, String> parameters;

    ListQuery(MultivaluedMap<String, String> parameters) {
        this.parameters = parameters;
    }

    /** From 1. */
    long page() {
        return number("p")
                .filter(page -> page > 0)
                .map(page -> Math.min(page, LAST_PAGE))
                .orElse(1L);
    }

    int size() {
        return text("page_size")
                .or(() -> text("ps"))
                .or(() -> text("size"))
                .flatMap(ListQuery::read)
                .filter(size -> size > 0)
                .map(size -> (int) Math.min(size, LARGEST_SIZE))
                .orElse(USUAL_SIZE);
    }

    /** The tasks of an account; empty where none can match. */
    Optional<Filter> own(Caller caller) {
        return filter(Filter.of(caller.id()), false);
    }

    /** The tasks of everybody; empty where none can match. */
    Optional<Filter> everybodys(Caller administrator) {
        Optional<Long> channel = text("channel_id").flatMap(ListQuery::read);
        Optional<Long> user = text("user_id").flatMap(ListQuery::read);
        if (text("channel_id").isPresent() && channel.isEmpty()
                || text("user_id").isPresent() && user.isEmpty()) {
            return Optional.empty();
        }
        return filter(Filter.ALL.withChannel(channel.orElse(null)).withAccount(user.orElse(null)), true);
    }

    private Optional<Filter> filter(Filter begun, boolean upstreamToo) {
        Optional<String> status = text("status");
        if (status.isPresent() && !STATUSES.contains(status.get())) {
            return Optional.empty();
        }
        Filter filter = begun.withPlatform(text("platform").orElse(null))
                .withStatus(status.orElse(null))
                .withAction(text("action")
                        .map(action -> Platforms.action(Platforms.SUNO, action))
                        .orElse(null))
                .withTaskId(text("task_id").orElse(null), upstreamToo)
                .between(time("start_timestamp"), time("end_timestamp"));
        // A NUL is in no row, and PostgreSQL would not even compare it.
        return parameters.values().stream().anyMatch(values -> values.stream().anyMatch(text -> text.indexOf(0) >= 0))
                ? Optional.empty()
                : Optional.of(filter);
    }

    private Long time(String name) {
        return number(name).filter(time -> time != 0).orElse(null);
    }

    private Optional<Long> number(String name) {
        return text(name).flatMap(ListQuery::read);
    }

    private static Optional<Long> read(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Not empty and not only blanks. */
    private Optional<String> text(String name) {
        return Optional.ofNullable(parameters.getFirst(name)).map(String::strip).filter(text -> !text.isEmpty());
    }
}

package org.taskcenter.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Intake;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Room;
import org.taskcenter.dispatch.Successors;
import org.taskcenter.gate.AnswerText;
import org.taskcenter.listing.Change;
import org.taskcenter.listing.Counts;
import org.taskcenter.listing.Group;
import org.taskcenter.quota.Charge;
import org.taskcenter.quota.Ledger;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Queue;
import org.taskcenter.upstream.Upstream;
import org.taskcenter.upstream.Upstreams;

/** Takes in tasks for platforms: the task, its charge and the counters in one transaction, or nothing at all. */
final class Submissions {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 32;
    private static final int LONGEST_INPUT = 500;
    private static final String INSERT = """
            insert into platform_task (id, task_id, account_id, platform, action, channel_id, status, submit_time,
                   updated_at, properties, quota, sealed_request, pinned)
            values (?, ?, ?, ?, ?, ?, 'NOT_START', ?, ?, ?, ?, ?, ?)""";

    private final SecureRandom random = new SecureRandom();
    private final Database database;
    private final Requests requests;
    private final Queue queue;
    private final Ids ids;
    private final Lanes lanes;
    private final Announcer announcer;
    private final Room room;
    private final Upstreams upstreams;
    private final BackOff backOff;
    private final Ledger ledger;
    private final Counts counts;
    private final Waiters waiters;
    private final Clock clock;

    Submissions(
            Database database,
            Requests requests,
            Queue queue,
            Ids ids,
            Lanes lanes,
            Announcer announcer,
            Room room,
            Upstreams upstreams,
            BackOff backOff,
            Ledger ledger,
            Counts counts,
            Waiters waiters,
            Clock clock) {
        this.database = database;
        this.requests = requests;
        this.queue = queue;
        this.ids = ids;
        this.lanes = lanes;
        this.announcer = announcer;
        this.room = room;
        this.upstreams = upstreams;
        this.backOff = backOff;
        this.ledger = ledger;
        this.counts = counts;
        this.waiters = waiters;
        this.clock = clock;
    }

    /** A client's wish to go on with a clip of one of its tasks, told in the third party's words. */
    private record Wish(ObjectNode body, Row continued, Refusal refusal) {}

    /**
     * Takes a task in.
     *
     * @param action as it is stored
     * @param body checked
     * @param listener is told once what came of it, from any thread
     * @return its public name; null where it is refused
     * @throws SQLException and it is not stored; or, where the database was lost in the very commit, perhaps is
     */
    String submit(long account, Platform platform, String action, ObjectNode body, Consumer<Outcome> listener)
            throws SQLException {
        if (!room.isFor(1)) {
            room.refused(1);
            listener.accept(new Outcome.Refused(
                    new Refusal(429, "too_many_tasks", "Too many tasks wait here; send it again later")));
            return null;
        }
        Wish wish = wish(account, platform, body);
        if (wish.refusal() != null) {
            listener.accept(new Outcome.Refused(wish.refusal()));
            return null;
        }
        Optional<Upstream> first = first(platform, action, wish.continued());
        if (first.isEmpty()) {
            listener.accept(new Outcome.Refused(new Refusal(
                    503, "get_channel_failed", "No channel of " + platform.name() + " serves this action now")));
            return null;
        }
        return store(account, platform, action, wish, first.get(), listener);
    }

    private Wish wish(long account, Platform platform, ObjectNode body) throws SQLException {
        if (Words.text(body.path("continue_clip_id")).isEmpty()) {
            return new Wish(body, null, null);
        }
        String taskId = Words.text(body.path("task_id"));
        Row row = taskId.isEmpty()
                ? null
                : database.statement(connection -> Rows.find(connection, account, platform.name(), taskId));
        if (row == null || row.upstreamId() == null) {
            return new Wish(
                    body,
                    null,
                    new Refusal(400, "task_not_exist", "task_id must be the task whose clip is to be continued"));
        }
        ObjectNode theirs = body.deepCopy();
        theirs.put("task_id", row.upstreamId());
        return new Wish(theirs, row, null);
    }

    private Optional<Upstream> first(Platform platform, String action, Row continued) throws SQLException {
        if (continued != null) {
            return upstreams.find(continued.channel()).filter(channel -> serves(channel, platform.name(), action));
        }
        return order(upstreams, backOff, platform.name(), action).stream().findFirst();
    }

    static boolean serves(Upstream channel, String platform, String action) {
        return channel.enabled()
                && !channel.deleted()
                && channel.platform().equals(platform)
                && channel.price().containsKey(action);
    }

    /** The channels to try: those that fail lately are the last ones. */
    static List<Upstream> order(Upstreams upstreams, BackOff backOff, String platform, String action)
            throws SQLException {
        List<Upstream> order = new ArrayList<>(upstreams.order(platform, action, backOff::isBackingOff));
        for (Upstream other : upstreams.order(platform, action, channel -> !backOff.isBackingOff(channel))) {
            if (order.stream().noneMatch(channel -> channel.id() == other.id())) {
                order.add(other);
            }
        }
        return order;
    }

    private String store(
            long account, Platform platform, String action, Wish wish, Upstream channel, Consumer<Outcome> listener)
            throws SQLException {
        String taskId = newTaskId();
        long price = channel.price().get(action);
        long[] id = new long[1];
        Successors<Long> engine = new Successors<>(queue, ids, lanes, (given, details) -> null, announcer);
        Draft draft = new Draft(
                PlatformRunner.KIND, TaskResults.client(account), taskId, null, platform.name(), 0, Duration.ZERO);
        Runnable announce;
        try {
            announce = database.transaction(connection -> {
                Runnable told =
                        engine.add(connection, List.of(new Intake.Item<>(draft, 0L)), given -> id[0] = given[0]);
                insert(connection, id[0], taskId, account, platform, action, wish, channel.id(), price);
                Group group = new Group(account, platform.name(), action, channel.id(), Status.NOT_START.name());
                counts.add(connection, List.of(new Change(group, id[0], 1)));
                if (!ledger.charge(connection, new Charge(account, price, id[0], 1, taskId))) {
                    throw new TooLittleQuota(price);
                }
                return told;
            });
        } catch (TooLittleQuota e) {
            listener.accept(new Outcome.Refused(new Refusal(403, "quota_not_enough", e.getMessage())));
            return null;
        }
        room.taken(1);
        waiters.add(id[0], taskId, listener);
        announce.run();
        return taskId;
    }

    private void insert(
            Connection connection,
            long id,
            String taskId,
            long account,
            Platform platform,
            String action,
            Wish wish,
            long channel,
            long price)
            throws SQLException {
        long now = clock.instant().getEpochSecond();
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setLong(1, id);
            insert.setString(2, taskId);
            insert.setLong(3, account);
            insert.setString(4, platform.name());
            insert.setString(5, action);
            insert.setLong(6, channel);
            insert.setLong(7, now);
            insert.setLong(8, now);
            insert.setString(9, properties(wish.body()));
            insert.setLong(10, price);
            insert.setBytes(
                    11, requests.seal(id, AnswerText.storable(wish.body().toString())));
            insert.setBoolean(12, wish.continued() != null);
            insert.executeUpdate();
        }
    }

    /** What the lists tell of the request: what it asks for, in short. */
    private static String properties(JsonNode body) {
        String input = Words.text(body.path("gpt_description_prompt"));
        if (input.isEmpty()) {
            input = Words.text(body.path("prompt"));
        }
        if (input.length() > LONGEST_INPUT) {
            input = AnswerText.storable(input.substring(0, LONGEST_INPUT));
        }
        ObjectNode properties = Words.JSON.createObjectNode();
        return input.isEmpty() ? "{}" : properties.put("input", input).toString();
    }

    private String newTaskId() {
        StringBuilder id = new StringBuilder("task_");
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}

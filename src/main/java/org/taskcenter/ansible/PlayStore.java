package org.taskcenter.ansible;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.taskcenter.ansible.RunRows.Standing;
import org.taskcenter.gate.AnswerText;
import org.taskcenter.playbook.Event;
import org.taskcenter.playbook.Exit;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.task.Claim;
import org.taskcenter.task.TaskState;

/**
 * What is stored of runs under way: short transactions, each of which first looks whether the claim still stands and stores
 * nothing where it does not.
 */
final class PlayStore {
    /** How long a node that cannot be reached is left alone, each time; after the last time it has failed. */
    private static final List<Duration> PAUSES = List.of(Duration.ofSeconds(5), Duration.ofSeconds(20));

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final int LONGEST_REASON = 1_000;
    private static final String NOTHING_TO_DO = "no play of the playbook was for this node";
    private static final String CUT_OFF = "the play had ended before this node was done, because of failures on others";

    private final Database database;
    private final Vault vault;

    PlayStore(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /**
     * A task that is being done.
     *
     * @param left how much of its time it has left
     * @param toStop whether a stop was asked for already
     * @param nodes those that have no result
     * @param idxOf the numbers of those nodes
     */
    record Begun(
            Part part,
            RunRows.Run run,
            Content content,
            Duration left,
            boolean toStop,
            List<String> nodes,
            Map<String, Integer> idxOf) {}

    /**
     * How a task goes on.
     *
     * @param next its next state
     * @param delay until the next try, where it waits
     */
    record Finish(TaskState next, Duration delay, String summary) {}

    /** Begins, or goes on with, a task; empty where its claim does not stand. */
    Optional<Begun> begin(Claim claim) throws SQLException {
        return database.transaction(connection -> {
            Standing standing = RunRows.lockClaim(connection, claim.id(), claim.epoch());
            if (standing == Standing.LOST) {
                return Optional.empty();
            }
            Part part = claim.kind().equals(PlayRunner.SHARE)
                    ? RunRows.shares(connection, List.of(claim.id())).get(claim.id())
                    : new Part(claim.id(), Part.ALL);
            RunRows.Run run = part == null ? null : RunRows.run(connection, part.run());
            if (run == null) {
                throw new IllegalStateException("what task " + claim.id() + " has to do is not stored");
            }
            boolean nothing = run.parallel() && !part.isShare();
            List<String> nodes = new ArrayList<>();
            Map<String, Integer> idxOf = new HashMap<>();
            for (RunRows.Node node : nothing ? List.<RunRows.Node>of() : RunRows.nodes(connection, part)) {
                if (node.isOpen()) {
                    nodes.add(node.name());
                    idxOf.put(node.name(), node.idx());
                }
            }
            if (!nodes.isEmpty() && standing == Standing.STANDS) {
                prepare(connection, part, run);
            }
            return Optional.of(new Begun(
                    part,
                    run,
                    Content.unpack(vault.open(Content.COLUMN, run.id(), run.content())),
                    run.limit().minus(run.since()),
                    standing == Standing.TO_STOP,
                    nodes,
                    idxOf));
        });
    }

    /** Nodes on which something was under way before wait again. */
    private static void prepare(Connection connection, Part part, RunRows.Run run) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update ansible_node set status = 0 where " + part.condition() + " and status = 1")) {
            update.setLong(1, part.run());
            update.setInt(2, part.idx());
            update.executeUpdate();
        }
        if (run.since().isZero()) {
            try (PreparedStatement update = connection.prepareStatement(
                    "update ansible_run set started_at = current_timestamp where task_id = ? and started_at is null")) {
                update.setLong(1, run.id());
                update.executeUpdate();
            }
        }
    }

    /**
     * Stores what has happened, all or nothing; false where the claim does not stand.
     *
     * @param reasons why nodes have failed, as far as they told
     */
    boolean happened(Claim claim, Begun begun, List<Event> events, Map<String, String> reasons) throws SQLException {
        List<Event.Line> lines = new ArrayList<>();
        List<String> started = new ArrayList<>();
        List<Event.Through> through = new ArrayList<>();
        for (Event event : events) {
            if (event instanceof Event.Line line) {
                lines.add(line);
            } else if (event instanceof Event.Begun node && begun.idxOf().containsKey(node.node())) {
                started.add(node.node());
            } else if (event instanceof Event.Through node && begun.idxOf().containsKey(node.node())) {
                through.add(node);
            }
        }
        return database.transaction(connection -> {
            if (RunRows.lockClaim(connection, claim.id(), claim.epoch()) == Standing.LOST) {
                return false;
            }
            if (!lines.isEmpty()) {
                RunLog.add(connection, begun.run(), lines, begun.idxOf());
            }
            if (!started.isEmpty()) {
                mark(connection, begun, started, "status = 1 where status = 0 and");
            }
            store(connection, begun, through, reasons);
            return true;
        });
    }

    private static void store(
            Connection connection, Begun begun, List<Event.Through> through, Map<String, String> reasons)
            throws SQLException {
        for (NodeResult result : NodeResult.values()) {
            List<String> nodes = through.stream()
                    .filter(each -> each.result() == result)
                    .map(Event.Through::node)
                    .toList();
            if (!nodes.isEmpty() && result == NodeResult.SUCCEEDED) {
                mark(connection, begun, nodes, "status = 2, err = null where");
            } else if (!nodes.isEmpty()) {
                markFailed(connection, begun, nodes, result, reasons);
            }
        }
    }

    private static void mark(Connection connection, Begun begun, List<String> nodes, String as) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update ansible_node set " + as + " run_id = ? and idx = ?")) {
            for (String node : nodes) {
                update.setLong(1, begun.run().id());
                update.setInt(2, begun.idxOf().get(node));
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** Those that are tried again have no result yet. */
    private static void markFailed(
            Connection connection, Begun begun, List<String> nodes, NodeResult result, Map<String, String> reasons)
            throws SQLException {
        boolean unreachable = result == NodeResult.UNREACHABLE;
        String count = unreachable ? "unreachable" : "failures";
        try (PreparedStatement update = connection.prepareStatement("update ansible_node set status = 3, err = ?, "
                + count + " = " + count + " + 1 where run_id = ? and idx = ? and status in (0, 1) and " + count
                + " >= ?")) {
            for (String node : nodes) {
                update.setString(1, err(result, reasons.get(node)));
                update.setLong(2, begun.run().id());
                update.setInt(3, begun.idxOf().get(node));
                update.setInt(4, unreachable ? PAUSES.size() : begun.run().retries());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** Why a node has failed. */
    private static String err(NodeResult result, String told) {
        if (told != null) {
            return storable(told);
        }
        return switch (result) {
            case UNREACHABLE -> "unreachable";
            case CUT_OFF -> CUT_OFF;
            default -> "failed";
        };
    }

    private static String storable(String reason) {
        return AnswerText.storable(
                reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...");
    }

    /**
     * Stores what has come of a task, and says how it goes on; empty where the claim does not stand.
     *
     * @param goOn whether what has no result is to be done again later
     * @param reasons why nodes have failed, as far as they told
     */
    Optional<Finish> finish(Claim claim, Begun begun, Exit exit, boolean goOn, Map<String, String> reasons)
            throws SQLException {
        return database.transaction(connection -> {
            Standing standing = RunRows.lockClaim(connection, claim.id(), claim.epoch());
            if (standing == Standing.LOST) {
                return Optional.empty();
            }
            Verdicts verdicts = new Verdicts(begun, exit, goOn, reasons);
            List<RunRows.Node> nodes = new ArrayList<>();
            try (PreparedStatement update = connection.prepareStatement(
                    "update ansible_node set status = ?, failures = ?, unreachable = ?, err = ? where run_id = ? and idx = ?")) {
                for (RunRows.Node node : RunRows.nodes(connection, begun.part())) {
                    RunRows.Node now = node.isOpen() ? verdicts.of(node) : node;
                    nodes.add(now);
                    if (now != node) {
                        update.setInt(1, now.status());
                        update.setInt(2, now.failures());
                        update.setInt(3, now.unreachable());
                        update.setString(4, verdicts.err(now));
                        update.setLong(5, begun.run().id());
                        update.setInt(6, now.idx());
                        update.addBatch();
                    }
                }
                update.executeBatch();
            }
            boolean again = !begun.run().since().isZero();
            if (!begun.part().isShare() && (again || verdicts.ofAll() != null)) {
                explain(connection, begun.run().id(), verdicts.ofAll());
            }
            return Optional.of(finish(nodes, exit, goOn, verdicts.pause()));
        });
    }

    /** What an earlier try has left is not true any more. */
    private static void explain(Connection connection, long run, String err) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update ansible_run set err = ? where task_id = ?" + (err == null ? " and err is not null" : ""))) {
            update.setString(1, err);
            update.setLong(2, run);
            update.executeUpdate();
        }
    }

    private static Finish finish(List<RunRows.Node> nodes, Exit exit, boolean goOn, Duration pause) {
        boolean stopped = exit.cause() == Exit.Cause.STOPPED && !goOn;
        Map<Status, Integer> counts = new EnumMap<>(Status.class);
        for (RunRows.Node node : nodes) {
            counts.merge(stopped && node.isOpen() ? Status.STOPPED : Status.of(node.status()), 1, Integer::sum);
        }
        String summary = summary(counts);
        if (counts.containsKey(Status.STOPPED)) {
            // They are left as they are here: what ends the task ends them too.
            return new Finish(TaskState.CANCELLED, Duration.ZERO, summary);
        }
        if (counts.containsKey(Status.WAITING)) {
            return new Finish(TaskState.WAITING, exit.cause() == Exit.Cause.FINISHED ? pause : Duration.ZERO, summary);
        }
        return new Finish(RunEnds.end(counts), Duration.ZERO, summary);
    }

    private static String summary(Map<Status, Integer> counts) {
        return counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** What is to become of nodes that have no result yet. */
    private static final class Verdicts {
        private final Begun begun;
        private final Exit exit;
        private final boolean goOn;
        private final Map<String, String> reasons;
        private Duration pause = Duration.ZERO;

        Verdicts(Begun begun, Exit exit, boolean goOn, Map<String, String> reasons) {
            this.begun = begun;
            this.exit = exit;
            this.goOn = goOn;
            this.reasons = reasons;
        }

        /** The longest pause of those that are tried again. */
        Duration pause() {
            return pause;
        }

        /** Why nothing, or not all, could be done on any node of a run; null where there is no such reason, or it is done again. */
        String ofAll() {
            return exit.error() == null || goOn ? null : storable(exit.error());
        }

        RunRows.Node of(RunRows.Node node) {
            NodeResult result = exit.results().get(node.name());
            if (result == NodeResult.SUCCEEDED) {
                return with(node, Status.SUCCEEDED, 0, 0);
            }
            return switch (exit.cause()) {
                case FINISHED -> finished(node, result);
                case TIME_LIMIT -> with(node, Status.FAILED, 0, 0);
                case STOPPED, LOST -> goOn ? with(node, Status.WAITING, 0, 0) : node;
            };
        }

        private RunRows.Node finished(RunRows.Node node, NodeResult result) {
            if (result == NodeResult.UNREACHABLE) {
                boolean again = node.unreachable() < PAUSES.size();
                if (again) {
                    pause(PAUSES.get(node.unreachable()));
                }
                return with(node, again ? Status.WAITING : Status.FAILED, 0, 1);
            }
            boolean again = (result == NodeResult.FAILED || result == NodeResult.CUT_OFF)
                    && node.failures() < begun.run().retries();
            if (again) {
                pause(PAUSE_AFTER_FAILURE);
            }
            return with(node, again ? Status.WAITING : Status.FAILED, 1, 0);
        }

        private void pause(Duration wanted) {
            if (wanted.compareTo(pause) > 0) {
                pause = wanted;
            }
        }

        private static RunRows.Node with(RunRows.Node node, Status status, int failures, int unreachable) {
            return new RunRows.Node(
                    node.idx(),
                    node.name(),
                    status.number(),
                    node.failures() + failures,
                    node.unreachable() + unreachable);
        }

        /** Why a node has failed, or is tried again. */
        String err(RunRows.Node node) {
            if (node.status() == Status.SUCCEEDED.number()) {
                return null;
            }
            if (exit.cause() == Exit.Cause.TIME_LIMIT) {
                return "the time limit of " + begun.run().limit().toSeconds() + " s was up";
            }
            String told = reasons.get(node.name());
            NodeResult result = exit.results().get(node.name());
            if (told != null || exit.cause() == Exit.Cause.FINISHED && result != null) {
                return PlayStore.err(result, told);
            }
            if (exit.cause() != Exit.Cause.FINISHED) {
                return null;
            }
            if (exit.error() != null) {
                return begun.part().isShare() ? storable(exit.error()) : null;
            }
            return NOTHING_TO_DO;
        }
    }
}

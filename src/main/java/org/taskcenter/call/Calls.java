package org.taskcenter.call;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.call.CancelledCall.Effect;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Intake;
import org.taskcenter.gate.Gate;
import org.taskcenter.store.Database;
import org.taskcenter.task.Draft;

/**
 * The calls of all clients: hand in, ask, cancel.
 *
 * <p>Every method throws {@link Unavailable} where the database cannot be reached.
 */
public final class Calls {
    /** More at a time would keep others waiting, or be more than the intake takes at once. */
    private static final int PORTION = 1_000;

    /** Bodies up to so many bytes are read with their call, where that is one. */
    private static final int SHORT = 16 * 1024;

    /** The same, where calls are many. */
    private static final int SHORT_OF_MANY = 1024;

    private final Database database;
    private final Intake<NewCall> intake;
    private final Cancellation cancellation;

    public Calls(Database database, Intake<NewCall> intake, Cancellation cancellation) {
        this.database = database;
        this.intake = intake;
        this.cancellation = cancellation;
    }

    /**
     * Stores calls. When this returns, the accepted ones survive a crash.
     *
     * @return one verdict for each, in order
     */
    public List<Verdict> submit(List<NewCall> calls) {
        if (calls.size() <= PORTION) {
            return submitPortion(calls);
        }
        List<Verdict> verdicts = new ArrayList<>(calls.size());
        for (int from = 0; from < calls.size(); from += PORTION) {
            verdicts.addAll(submitPortion(calls.subList(from, Math.min(from + PORTION, calls.size()))));
        }
        return verdicts;
    }

    private List<Verdict> submitPortion(List<NewCall> calls) {
        List<Intake.Item<NewCall>> items = new ArrayList<>(calls.size());
        for (NewCall call : calls) {
            items.add(new Intake.Item<>(draft(call), call));
        }
        try {
            boolean[] added = intake.submit(items);
            List<Verdict> verdicts = new ArrayList<>(added.length);
            for (boolean stored : added) {
                verdicts.add(stored ? Verdict.ACCEPTED : Verdict.DUPLICATE);
            }
            return verdicts;
        } catch (Intake.Overload e) {
            return calls.stream().map(call -> Verdict.FULL).toList();
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private static Draft draft(NewCall call) {
        String target = Gate.server(call.url());
        return new Draft(
                CallRunner.KIND, call.client(), call.id(), call.group(), target, call.priority(), call.delay());
    }

    /**
     * The state of the selected calls, oldest first. Long bodies are left out, see {@link #read}.
     *
     * @param limit 0 for none: only the total is found out then
     */
    public Page<FoundCall> find(Selection selection, long offset, int limit) {
        try {
            return selection.id() == null
                    ? database.transaction(connection -> findMany(connection, selection, offset, limit))
                    : database.statement(connection -> findOne(connection, selection, offset, limit));
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private static Page<FoundCall> findMany(Connection connection, Selection selection, long offset, int limit)
            throws SQLException {
        long total = CallReader.count(connection, selection);
        long from = Math.min(offset, total);
        List<FoundCall> items = from == total || limit == 0
                ? List.of()
                : CallReader.statuses(connection, selection, from, limit, SHORT_OF_MANY);
        return new Page<>(from, total, items);
    }

    /** An id selects one call at most: a single look is enough. */
    private static Page<FoundCall> findOne(Connection connection, Selection selection, long offset, int limit)
            throws SQLException {
        List<FoundCall> found = CallReader.statuses(connection, selection, 0, 1, SHORT);
        long from = Math.min(offset, found.size());
        return new Page<>(from, found.size(), limit == 0 ? List.of() : found.subList((int) from, found.size()));
    }

    /** The state of calls that were found, with their bodies, however long these are. */
    public List<CallStatus> read(List<FoundCall> calls) {
        List<End> ends = calls.stream()
                .filter(call -> !call.isComplete())
                .map(Calls::end)
                .toList();
        if (ends.isEmpty()) {
            return calls.stream().map(FoundCall::status).toList();
        }
        try {
            Map<End, CallEnds.Found> whole =
                    database.statement(connection -> CallEnds.read(connection, ends, Integer.MAX_VALUE));
            return calls.stream()
                    .map(call -> call.isComplete()
                            ? call.status()
                            : whole.get(end(call)).status())
                    .toList();
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private static End end(FoundCall call) {
        return new End(call.task(), call.generation(), call.status().state());
    }

    /**
     * Cancels the selected calls, oldest first, some at a time; only those of the page are touched.
     *
     * @param force whether running ones are stopped too
     * @param done is told what it did to some of them, in order, until it has been told of all
     */
    public Range cancel(
            Selection selection, boolean force, long offset, long limit, Consumer<List<CancelledCall>> done) {
        try {
            Page<CallReader.Found> some = database.transaction(connection -> {
                long total = CallReader.count(connection, selection);
                long from = Math.min(offset, total);
                return new Page<>(from, total, CallReader.find(connection, selection, from, portion(limit)));
            });
            Range range = new Range(some.from(), some.total());
            List<CallReader.Found> found = some.items();
            // What is handed in meanwhile is not asked for.
            long left = Math.min(limit, range.total() - range.from());
            while (!found.isEmpty()) {
                done.accept(cancel(selection.client(), found, force));
                left -= found.size();
                CallReader.Found last = found.get(found.size() - 1);
                int most = portion(left);
                found = most <= 0
                        ? List.of()
                        : database.statement(connection -> CallReader.findAfter(connection, selection, last, most));
            }
            return range;
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private static int portion(long left) {
        return (int) Math.min(left, PORTION);
    }

    private List<CancelledCall> cancel(String client, List<CallReader.Found> calls, boolean force) throws SQLException {
        List<Long> open = calls.stream()
                .filter(call -> !call.state().isEnded())
                .map(CallReader.Found::id)
                .toList();
        Map<Long, Cancellation.Effect> effects = cancellation.cancel(open, force);
        List<Long> untouched =
                open.stream().filter(call -> !effects.containsKey(call)).toList();
        // Some may have ended since they were found.
        Set<Long> ended = untouched.isEmpty()
                ? Set.of()
                : database.statement(connection -> CallReader.ended(connection, untouched));
        List<CancelledCall> cancelled = new ArrayList<>(calls.size());
        for (CallReader.Found call : calls) {
            boolean isEnded = call.state().isEnded() || ended.contains(call.id());
            Effect effect = effect(effects.get(call.id()), isEnded);
            cancelled.add(new CancelledCall(client, call.clientId(), call.group(), effect));
        }
        return cancelled;
    }

    private static Effect effect(Cancellation.Effect done, boolean isEnded) {
        if (done == null) {
            return isEnded ? Effect.ENDED : Effect.RUNNING;
        }
        return done == Cancellation.Effect.CANCELLED ? Effect.CANCELLED : Effect.STOPPING;
    }

    private static RuntimeException unavailable(SQLException cause) {
        return Database.isOutage(cause)
                ? new Unavailable("the database cannot be reached at the moment; try again later", cause)
                : new IllegalStateException(cause);
    }
}

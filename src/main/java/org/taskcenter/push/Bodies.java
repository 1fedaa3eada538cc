package org.taskcenter.push;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.taskcenter.call.CallEnds;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.call.CallEnds.Found;
import org.taskcenter.call.CallStatus;
import org.taskcenter.store.Database;

/** The messages that tell results, made when they are sent; of long ones no more at a time than there is memory for. */
final class Bodies {
    /** Results up to this length are read many at once. */
    private static final int SHORT = 16 * 1024;

    /** A long result takes about so many times its length: as text, and written as JSON. */
    private static final int TIMES = 3;

    private final Database database;
    private final Function<CallStatus, byte[]> shape;
    private final List<Results> others;
    private final Budget budget;

    /**
     * A message, until it is sent.
     *
     * @param bytes the message; null where there is no room for it at the moment
     * @param others results of tasks that are no calls
     * @param memory how much of the budget it takes
     */
    record Body(byte[] bytes, String client, long memory) {}

    /**
     * @param shape writes the message that tells the status of a call
     * @param memory how many bytes long messages may take
     */
    Bodies(Database database, Function<CallStatus, byte[]> shape, List<Results> others, long memory) {
        this.database = database;
        this.shape = shape;
        this.others = others;
        this.budget = new Budget(memory);
    }

    /** What there is to tell of these ends; long texts are left out for the moment. */
    Map<End, Found> read(List<End> ends) throws SQLException {
        return database.statement(connection -> CallEnds.read(connection, ends, SHORT));
    }

    /** The message for one of {@link #read}; to be given back in the end. */
    Body of(End end, Found found) throws SQLException {
        String client = found.status().client();
        if (found.complete()) {
            return new Body(shape.apply(found.status()), client, 0);
        }
        long memory = (long) found.length() * TIMES;
        if (!budget.take(client, memory)) {
            return new Body(null, client, 0);
        }
        try {
            Found whole = database.statement(connection -> CallEnds.read(connection, List.of(end), Integer.MAX_VALUE))
                    .getOrDefault(end, found);
            return new Body(shape.apply(whole.status()), client, memory);
        } catch (SQLException | RuntimeException | Error e) {
            budget.giveBack(client, memory);
            throw e;
        }
    }

    /** The message that a push is of whose task is no call, to be given back in the end; null where it is not kept any more. */
    Body ofOther(Push push, String client) throws SQLException {
        Results results = others.stream()
                .filter(one -> one.kind().equals(push.kind()))
                .findAny()
                .orElse(null);
        if (results == null) {
            return null;
        }
        Optional<Integer> length = database.statement(connection -> results.length(connection, push.of()));
        if (length.isEmpty()) {
            return null;
        }
        long memory = length.get() > SHORT ? (long) length.get() * TIMES : 0;
        if (memory > 0 && !budget.take(client, memory)) {
            return new Body(null, client, 0);
        }
        Body body = new Body(null, client, memory);
        try {
            Optional<byte[]> bytes = database.statement(connection -> results.message(connection, push.of()));
            if (bytes.isPresent()) {
                return new Body(bytes.get(), client, memory);
            }
        } catch (SQLException | RuntimeException | Error e) {
            giveBack(body);
            throw e;
        }
        giveBack(body);
        return null;
    }

    /** It is sent, or will not be. */
    void giveBack(Body body) {
        if (body.memory() > 0) {
            budget.giveBack(body.client(), body.memory());
        }
    }
}

package org.taskcenter.call;

import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.gate.Header;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.store.Database;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/** Makes calls: hundreds at once, each an exchange of the gate that no thread waits for. */
public final class CallRunner implements Runner {
    /** The kind of the tasks that are calls. */
    public static final String KIND = "call";

    private static final int INTERNAL = 500;
    private static final String CANNOT_BE_MADE = "The centre failed at making this call; its log tells why.";
    private static final Duration PAUSE_WITHOUT_DATABASE = Duration.ofSeconds(1);
    private static final Duration PAUSE_WITHOUT_ROOM = Duration.ofMillis(500);
    /** Long calls are read by so many bytes: while they are opened they are in memory several times over. */
    private static final int MOST_BYTES_AT_ONCE = 4 << 20;

    private static final String CONTENT_TYPE = "Content-Type";
    private static final Header XML = new Header(CONTENT_TYPE, "application/xml; charset=UTF-8");

    private final Database database;
    private final Queue queue;
    private final CallDetails details;
    private final Sender sender;
    private final Judgement judgement;
    private final InHand inHand = new InHand();
    private final LongAnswers longAnswers = new LongAnswers();
    private final LongCalls longCalls;

    /** @param memory how many bytes all long calls under way may send together; others wait */
    public CallRunner(Database database, Queue queue, CallDetails details, Sender sender, long memory, Clock clock) {
        this.database = database;
        this.queue = queue;
        this.details = details;
        this.sender = sender;
        this.longCalls = new LongCalls(memory, inHand);
        this.judgement = new Judgement(() -> ThreadLocalRandom.current().nextDouble(), clock);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(List<Claim> claims, Consumer<Settlement> settled) {
        inHand.take(claims);
        CallDetails.Loaded loaded;
        try {
            loaded = details.load(database, claims.stream().map(Claim::id).toList());
        } catch (SQLException e) {
            claims.forEach(claim -> inHand.settle(Settlement.again(claim, null, PAUSE_WITHOUT_DATABASE), settled));
            return;
        }
        List<Claim> atHand = new ArrayList<>(claims.size());
        List<Claim> toLoad = new ArrayList<>();
        for (Claim claim : claims) {
            Integer length = loaded.longer().get(claim.id());
            CallDetails.Stored call = loaded.calls().get(claim.id());
            if (!longCalls.take(claim, length != null ? length : call == null ? 0 : call.size())) {
                loaded.calls().remove(claim.id());
                inHand.settle(Settlement.again(claim, null, jittered(PAUSE_WITHOUT_ROOM)), settled);
            } else {
                (length == null ? atHand : toLoad).add(claim);
            }
        }
        sendAll(atHand, loaded.calls(), settled);
        int from = 0;
        while (from < toLoad.size()) {
            int to = portion(toLoad, from, loaded.longer());
            loadAndSend(toLoad.subList(from, to), settled);
            from = to;
        }
    }

    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                (long) (pause.toMillis() * (0.5 + ThreadLocalRandom.current().nextDouble())));
    }

    /** Where what is read at once ends. */
    private static int portion(List<Claim> claims, int from, Map<Long, Integer> lengths) {
        int taken = lengths.get(claims.get(from).id());
        int to = from + 1;
        while (to < claims.size() && taken + lengths.get(claims.get(to).id()) <= MOST_BYTES_AT_ONCE) {
            taken += lengths.get(claims.get(to).id());
            to++;
        }
        return to;
    }

    /** Others have been sent by now: nothing may be thrown. */
    private void loadAndSend(List<Claim> claims, Consumer<Settlement> settled) {
        Map<Long, CallDetails.Stored> calls;
        try {
            calls = details.loadLong(database, claims.stream().map(Claim::id).toList());
        } catch (SQLException | RuntimeException e) {
            claims.forEach(claim -> inHand.settle(Settlement.again(claim, null, PAUSE_WITHOUT_DATABASE), settled));
            return;
        }
        sendAll(claims, calls, settled);
    }

    private void sendAll(List<Claim> claims, Map<Long, CallDetails.Stored> calls, Consumer<Settlement> settled) {
        List<Claim> ready;
        try {
            ready = sendable(claims, calls);
        } catch (SQLException | RuntimeException e) {
            claims.forEach(claim -> inHand.settle(Settlement.again(claim, null, PAUSE_WITHOUT_DATABASE), settled));
            return;
        }
        for (Claim claim : ready) {
            sendOrFail(claim, calls.get(claim.id()), settled);
        }
        if (ready.size() < claims.size()) {
            List<Claim> others = new ArrayList<>(claims);
            others.removeAll(ready);
            others.forEach(claim -> inHand.settle(Settlement.untouched(claim), settled));
        }
    }

    /** What may be sent: for calls that must not be made twice it is first noted that they may have been made. */
    private List<Claim> sendable(List<Claim> claims, Map<Long, CallDetails.Stored> calls) throws SQLException {
        List<Claim> once = claims.stream()
                .filter(claim ->
                        calls.containsKey(claim.id()) && calls.get(claim.id()).atMostOnce())
                .toList();
        if (once.isEmpty()) {
            return claims;
        }
        List<Claim> ready = new ArrayList<>(claims);
        ready.removeAll(once);
        ready.addAll(database.statement(connection -> queue.markSent(connection, once)));
        return ready;
    }

    /** What is wrong with one call must not concern the others, which may have been sent already. */
    private void sendOrFail(Claim claim, CallDetails.Stored call, Consumer<Settlement> settled) {
        try {
            if (call == null) {
                throw new IllegalStateException("what to call is not stored");
            }
            send(claim, call, settled);
        } catch (RuntimeException e) {
            CallLog.LOG.cannotBeMade(claim.id(), e.getClass().getName());
            Attempt attempt = new Attempt(Attempt.Outcome.BROKEN, INTERNAL, CANNOT_BE_MADE, false, Duration.ZERO);
            inHand.settle(Settlement.ended(claim, TaskState.FAILED, attempt), settled);
        }
    }

    private void send(Claim claim, CallDetails.Stored call, Consumer<Settlement> settled) {
        InHand.Hold mine = inHand.of(claim);
        if (mine.why() == Why.INTERRUPTED) {
            inHand.settle(Settlement.untouched(claim), settled);
            return;
        }
        Consumer<Result> done = result -> {
            Settlement settlement = judgement.of(claim, call, result, mine.why());
            longAnswers.keep(claim, result);
            inHand.settle(settlement, settled);
        };
        mine.sent(sender.send(request(claim, call), done));
    }

    private static Request request(Claim claim, CallDetails.Stored call) {
        List<Header> headers = new ArrayList<>(call.headers().size() + 2);
        boolean typed = false;
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            headers.add(new Header(header.getKey(), header.getValue()));
            typed |= header.getKey().equalsIgnoreCase(CONTENT_TYPE);
        }
        if (call.body() != null && !typed) {
            headers.add(XML);
        }
        headers.add(
                new Header("Idempotency-Key", IdempotencyKey.of(claim.client(), claim.clientId(), claim.generation())));
        return new Request(
                call.method(),
                URI.create(call.url()),
                headers,
                call.body(),
                call.timeout(),
                Request.MAX_BODY,
                call.atMostOnce() ? Request.Repeat.NEVER : Request.Repeat.IF_IDEMPOTENT);
    }

    @Override
    public void stored(Claim claim) {
        longAnswers.stored(claim);
    }

    @Override
    public void stop(Claim claim, Why why) {
        inHand.stop(claim, why);
    }
}

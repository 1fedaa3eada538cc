package org.taskcenter.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.taskcenter.call.InHand;
import org.taskcenter.call.Sender;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Failure;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.gate.RetryAfter;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.store.Database;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Attempt.Outcome;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;
import org.taskcenter.upstream.Upstream;
import org.taskcenter.upstream.Upstreams;

/**
 * Submits tasks to third parties. The engine's task waits from then on until its time-out, at which it is claimed once more and
 * ended here; a poll that brings its end earlier ends it while it waits.
 *
 * <p>That a channel is about to be called is committed before it is called. Whoever finds a task so, without an answer, does not
 * submit it again: it may have been taken.
 */
final class PlatformRunner implements Runner {
    static final String KIND = "platform";

    /** How long a task is open where its channel says nothing of it any more. */
    private static final Duration LONGEST_OPEN = Duration.ofHours(24);

    private static final Duration PAUSE_WITHOUT_DATABASE = Duration.ofSeconds(1);
    private static final Duration SHORTEST_REST = Duration.ofSeconds(1);
    private static final int UNREACHABLE = 502;
    private static final int NO_ANSWER = 504;
    private static final int NOBODY = 503;
    private static final int UNREADABLE = 500;

    private final Database database;
    private final Requests requests;
    private final KnownPlatforms platforms;
    private final Upstreams upstreams;
    private final SubmissionRows rows;
    private final BackOff backOff;
    private final Sender sender;
    private final Waiters waiters;
    private final Executor executor;
    private final Consumer<Row> taken;
    private final Clock clock;
    private final InHand inHand = new InHand();

    /** A task on its way to a channel. */
    private static final class Trip {
        final Claim claim;
        final Consumer<Settlement> settled;
        final Platform platform;
        final Deque<Upstream> channels;
        Row row;
        Upstream channel;
        /** What its user is told where no channel takes it. */
        Refusal refusal;
        /** What administrators are told then; null where that is the same. */
        String detail;

        Duration took = Duration.ZERO;

        Trip(Claim claim, Row row, Platform platform, List<Upstream> channels, Consumer<Settlement> settled) {
            this.claim = claim;
            this.row = row;
            this.platform = platform;
            this.channels = new ArrayDeque<>(channels);
            this.settled = settled;
        }
    }

    /**
     * @param executor where answers are looked at and stored; may be slow
     * @param taken is told of tasks that channels have taken
     */
    PlatformRunner(
            Database database,
            Requests requests,
            KnownPlatforms platforms,
            Upstreams upstreams,
            SubmissionRows rows,
            BackOff backOff,
            Sender sender,
            Waiters waiters,
            Executor executor,
            Consumer<Row> taken,
            Clock clock) {
        this.database = database;
        this.requests = requests;
        this.platforms = platforms;
        this.upstreams = upstreams;
        this.rows = rows;
        this.backOff = backOff;
        this.sender = sender;
        this.waiters = waiters;
        this.executor = executor;
        this.taken = taken;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(List<Claim> claims, Consumer<Settlement> settled) {
        inHand.take(claims);
        Map<Long, Row> found;
        try {
            found = database.statement(connection ->
                    Rows.read(connection, claims.stream().map(Claim::id).toList()));
        } catch (SQLException e) {
            claims.forEach(claim -> inHand.settle(Settlement.again(claim, null, PAUSE_WITHOUT_DATABASE), settled));
            return;
        }
        List<Trip> trips = new ArrayList<>();
        for (Claim claim : claims) {
            try {
                Trip trip = begin(claim, found.get(claim.id()), settled);
                if (trip != null) {
                    trips.add(trip);
                }
            } catch (SQLException e) {
                inHand.settle(Settlement.again(claim, null, PAUSE_WITHOUT_DATABASE), settled);
            }
        }
        sendAll(trips);
    }

    /** What there is to do with a claimed task; null where it is not to be submitted, and is settled. */
    private Trip begin(Claim claim, Row row, Consumer<Settlement> settled) throws SQLException {
        if (row == null || row.status().isFinal()) {
            TaskState end = row != null && row.status() == Status.SUCCESS ? TaskState.SUCCEEDED : TaskState.FAILED;
            inHand.settle(Settlement.ended(claim, end, null), settled);
            return null;
        }
        Duration rest = rest(claim, row.channel());
        if (rest.isNegative() || rest.isZero()) {
            String reason = "It was open for longer than its time-out";
            rows.refused(claim, new Refusal(0, null, reason));
            inHand.settle(
                    Settlement.ended(
                            claim,
                            TaskState.FAILED,
                            new Attempt(Outcome.BROKEN, NO_ANSWER, reason, false, Duration.ZERO)),
                    settled);
            return null;
        }
        if (row.upstreamId() != null || row.status() == Status.UNKNOWN) {
            waiters.taken(row.id());
            inHand.settle(Settlement.again(claim, null, rest), settled);
            return null;
        }
        if (row.sending()) {
            String reason = "The member that submitted it stopped before there was an answer";
            unknown(row, row.channel(), reason, reason);
            inHand.settle(Settlement.again(claim, null, rest), settled);
            return null;
        }
        if (inHand.of(claim).why() == Why.INTERRUPTED) {
            inHand.settle(Settlement.untouched(claim), settled);
            return null;
        }
        Optional<Platform> platform = platforms.find(row.platform());
        List<Upstream> channels = platform.isEmpty() ? List.of() : channels(row);
        return new Trip(claim, row, platform.orElse(null), channels, settled);
    }

    private List<Upstream> channels(Row row) throws SQLException {
        Optional<Upstream> chosen = upstreams
                .find(row.channel())
                .filter(channel -> Submissions.serves(channel, row.platform(), row.action()));
        if (row.pinned()) {
            return chosen.stream().toList();
        }
        List<Upstream> order = new ArrayList<>(Submissions.order(upstreams, backOff, row.platform(), row.action()));
        if (chosen.isPresent()) {
            order.removeIf(channel -> channel.id() == row.channel());
            // The one it was charged for is the first, unless it has failed at it.
            order.add(row.resubmissions() == 0 ? 0 : order.size(), chosen.get());
        }
        return order;
    }

    private Duration rest(Claim claim, long channel) throws SQLException {
        return upstreams
                .find(channel)
                .map(found -> Duration.ofHours(found.timeoutHours()))
                .orElse(LONGEST_OPEN)
                .minus(claim.age());
    }

    /** Sends each to its next channel; what has none left is refused. */
    private void sendAll(List<Trip> trips) {
        List<Trip> ready = new ArrayList<>();
        for (Trip trip : trips) {
            trip.channel = trip.channels.poll();
            if (trip.channel == null) {
                refuse(trip);
            } else {
                ready.add(trip);
            }
        }
        if (ready.isEmpty()) {
            return;
        }
        SubmissionRows.Marked marked;
        try {
            marked = rows.sending(ready.stream()
                    .map(trip -> new SubmissionRows.Sending(trip.claim, trip.channel.id()))
                    .toList());
        } catch (SQLException e) {
            // Its commit may have come through, or that of the channel before, which has refused.
            notSent(ready, PAUSE_WITHOUT_DATABASE);
            return;
        }
        for (Trip trip : ready) {
            if (marked.sending().contains(trip.claim.id())) {
                send(trip);
            } else if (marked.standing().contains(trip.claim.id())) {
                // Its channel was deleted or disabled after it was chosen.
                sendAll(List.of(trip));
            } else {
                inHand.settle(Settlement.untouched(trip.claim), trip.settled);
            }
        }
    }

    private void send(Trip trip) {
        ObjectNode body;
        Request request;
        try {
            body = body(trip.row);
            Optional<String> key = upstreams.key(trip.channel);
            request = body == null || key.isEmpty()
                    ? null
                    : trip.platform.submission(trip.channel, key.get(), trip.row.action(), body);
        } catch (SQLException e) {
            if (Database.isOutage(e)) {
                notSent(List.of(trip), PAUSE_WITHOUT_DATABASE);
            } else {
                unusable(trip, String.valueOf(e.getMessage()));
            }
            return;
        } catch (RuntimeException e) {
            unusable(trip, e.getClass().getSimpleName());
            return;
        }
        InHand.Hold mine = inHand.of(trip.claim);
        if (body == null) {
            trip.refusal = new Refusal(UNREADABLE, "request_unreadable", "What was submitted can be read no more");
            trip.detail = null;
            refuse(trip);
        } else if (mine.why() != null) {
            notSent(List.of(trip), Duration.ZERO);
        } else if (request == null) {
            // Its channel was deleted at this very moment.
            sendAll(List.of(trip));
        } else {
            mine.sent(sender.send(request, result -> later(trip, () -> answered(trip, result))));
        }
    }

    /** What the client asks for; null where it can be read no more. */
    private ObjectNode body(Row row) throws SQLException {
        try {
            String json = database.statement(connection -> requests.read(connection, row.id()));
            if (json != null && Words.JSON.readTree(json) instanceof ObjectNode body) {
                return body;
            }
            PlatformLog.LOG.unreadable(row.taskId(), "its request is no JSON object");
        } catch (JsonProcessingException e) {
            PlatformLog.LOG.unreadable(row.taskId(), "its request is no JSON");
        } catch (CannotOpen e) {
            PlatformLog.LOG.unreadable(row.taskId(), e.getMessage());
        }
        return null;
    }

    /** By what is stored of the channel nothing can be sent to it: the next one may do. */
    private void unusable(Trip trip, String reason) {
        if (backOff.failed(trip.channel.id(), null)) {
            PlatformLog.LOG.unusable(trip.channel.id(), reason);
        }
        elsewhere(
                trip,
                new Refusal(UNREACHABLE, "do_request_failed", "A channel cannot be used as it is set up"),
                reason);
    }

    /**
     * Surely no channel has these. They are submitted again by whoever claims them next, once that is stored, which may have to
     * wait for the database.
     */
    private void notSent(List<Trip> trips, Duration delay) {
        Runnable settling =
                () -> trips.forEach(trip -> inHand.settle(Settlement.again(trip.claim, null, delay), trip.settled));
        try {
            executor.execute(() -> {
                try {
                    patiently(() -> {
                        rows.notSent(trips.stream().map(trip -> trip.claim).toList());
                        return true;
                    });
                } catch (RuntimeException | Error e) {
                    PlatformLog.LOG.roundFailed(e);
                }
                settling.run();
            });
        } catch (RejectedExecutionException e) {
            // This member stops; to others it looks as if they may have been sent.
            settling.run();
        }
    }

    /** Off the gate's threads, which must not wait for the database. */
    private void later(Trip trip, Runnable work) {
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    PlatformLog.LOG.roundFailed(e);
                    inHand.settle(Settlement.again(trip.claim, null, PAUSE_WITHOUT_DATABASE), trip.settled);
                }
            });
        } catch (RejectedExecutionException e) {
            // This member stops; another finds that it was sent, and no answer.
            inHand.settle(Settlement.again(trip.claim, null, Duration.ZERO), trip.settled);
        }
    }

    private void answered(Trip trip, Result result) {
        trip.took = trip.took.plus(result.took());
        if (result instanceof Failure failure) {
            failed(trip, failure);
            return;
        }
        Answer answer = (Answer) result;
        Reply reply = trip.platform.reply(answer);
        if (reply instanceof Reply.Taken given) {
            backOff.succeeded(trip.channel.id());
            taken(trip, given.id(), answer.status());
        } else if (reply instanceof Reply.Refused refused) {
            Refusal refusal = new Refusal(refused.status(), refused.code(), refused.message());
            if (refused.elsewhere()) {
                fails(trip, "it answers " + answer.status(), RetryAfter.of(answer, clock.instant()));
                elsewhere(trip, refusal, null);
            } else {
                backOff.succeeded(trip.channel.id());
                trip.refusal = refusal;
                trip.detail = null;
                refuse(trip);
            }
        } else {
            String reason = ((Reply.Unclear) reply).reason();
            unclear(trip, reason, reason, answer.status());
        }
    }

    private void failed(Trip trip, Failure failure) {
        if (failure.kind() == Failure.Kind.STOPPED && !failure.sent()) {
            notSent(List.of(trip), Duration.ZERO);
            return;
        }
        String reason = FailureWords.of(failure);
        switch (failure.kind()) {
            case CONNECT, FORBIDDEN -> {
                fails(trip, failure.reason(), null);
                elsewhere(trip, new Refusal(UNREACHABLE, "do_request_failed", reason), failure.reason());
            }
            case TIMEOUT -> {
                fails(trip, failure.reason(), null);
                unclear(trip, reason, failure.reason(), NO_ANSWER);
            }
            default -> unclear(trip, reason, failure.reason(), UNREACHABLE);
        }
    }

    /** The channel is tried after others for a while. */
    private void fails(Trip trip, String reason, Duration asked) {
        if (backOff.failed(trip.channel.id(), asked)) {
            PlatformLog.LOG.submissionsFail(trip.channel.id(), reason);
        }
    }

    /** This channel has not taken it: the next one may. */
    private void elsewhere(Trip trip, Refusal refusal, String detail) {
        boolean says = !refusal.code().equals("do_request_failed");
        if (says || trip.refusal == null) {
            trip.refusal = refusal;
            trip.detail = detail;
        }
        sendAll(List.of(trip));
    }

    private void taken(Trip trip, String upstreamId, int status) {
        Optional<Row> stored = patiently(() -> rows.taken(trip.row, trip.channel.id(), upstreamId));
        stored.ifPresent(taken);
        waiters.taken(trip.row.id());
        rest(trip, new Attempt(Outcome.DONE, status, "Taken by channel " + trip.channel.id(), false, trip.took));
    }

    private void unclear(Trip trip, String reason, String detail, int code) {
        unknown(trip.row, trip.channel.id(), reason, detail);
        rest(trip, new Attempt(Outcome.BROKEN, code, detail, false, trip.took));
    }

    /**
     * @param reason for its user
     * @param detail for administrators
     */
    private void unknown(Row row, long channel, String reason, String detail) {
        if (patiently(() -> rows.unknown(row, channel, reason))) {
            PlatformLog.LOG.unknown(channel, row.taskId(), detail);
        }
        waiters.taken(row.id());
    }

    /** It is somebody else's now, until a poll or the time-out brings its end. */
    private void rest(Trip trip, Attempt attempt) {
        Duration rest = Duration.ofHours(trip.channel.timeoutHours())
                .minus(trip.claim.age())
                .minus(trip.took);
        inHand.settle(
                Settlement.again(trip.claim, attempt, rest.compareTo(SHORTEST_REST) < 0 ? SHORTEST_REST : rest),
                trip.settled);
    }

    /** Nobody takes it: it ends, and what was charged goes back with its end. */
    private void refuse(Trip trip) {
        Refusal refusal = trip.refusal != null
                ? trip.refusal
                : new Refusal(NOBODY, "get_channel_failed", "No channel of " + trip.row.platform() + " serves it now");
        patiently(() -> {
            rows.refused(trip.claim, refusal);
            return true;
        });
        String detail = trip.detail == null ? refusal.message() : trip.detail;
        Attempt attempt = new Attempt(Outcome.REFUSED, refusal.status(), detail, false, trip.took);
        inHand.settle(Settlement.ended(trip.claim, TaskState.FAILED, attempt), trip.settled);
    }

    /** Something to be stored. */
    @FunctionalInterface
    private interface Storing<T> {
        T store() throws SQLException;
    }

    /** What a third party has said would be lost for ever: it is stored as soon as the database answers. */
    private static <T> T patiently(Storing<T> storing) {
        boolean told = false;
        while (true) {
            try {
                return storing.store();
            } catch (SQLException e) {
                if (!told) {
                    told = true;
                    PlatformLog.LOG.cannotStore(String.valueOf(e.getMessage()));
                }
                if (!Database.isOutage(e)) {
                    throw new IllegalStateException(e);
                }
                try {
                    Thread.sleep(PAUSE_WITHOUT_DATABASE.toMillis());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    @Override
    public void stop(Claim claim, Why why) {
        inHand.stop(claim, why);
    }
}

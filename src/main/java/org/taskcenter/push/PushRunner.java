package org.taskcenter.push;

import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.call.CallEnds.Found;
import org.taskcenter.call.CallRunner;
import org.taskcenter.call.InHand;
import org.taskcenter.call.Sender;
import org.taskcenter.config.PushSettings;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.gate.Header;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.store.Database;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/** Pushes results to their addresses: hundreds at once, each an exchange of the gate that no thread waits for. */
final class PushRunner implements Runner {
    static final String KIND = "push";

    private static final Duration PAUSE_WITHOUT_DATABASE = Duration.ofSeconds(1);
    private static final Duration PAUSE_WITHOUT_ROOM = Duration.ofMillis(500);
    private static final Header JSON = new Header("Content-Type", "application/json");
    /** How much of what a receiver answers is kept. */
    private static final int MOST_OF_ANSWER = 4096;

    private static final int NOT_FOUND = 404;
    private static final int UNREADABLE = 500;

    private final Database database;
    private final PushDetails details;
    private final Bodies bodies;
    private final SigningSecrets secrets;
    private final Sender sender;
    private final PushSettings settings;
    private final Clock clock;
    private final PushJudgement judgement;
    private final InHand inHand = new InHand();

    PushRunner(
            Database database,
            PushDetails details,
            Bodies bodies,
            SigningSecrets secrets,
            Sender sender,
            PushSettings settings,
            Clock clock) {
        this.database = database;
        this.details = details;
        this.bodies = bodies;
        this.secrets = secrets;
        this.sender = sender;
        this.settings = settings;
        this.clock = clock;
        this.judgement =
                new PushJudgement(settings, () -> ThreadLocalRandom.current().nextDouble(), clock);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(List<Claim> claims, Consumer<Settlement> settled) {
        inHand.take(claims);
        Map<Long, Push> pushes;
        Map<End, Found> found;
        Map<String, List<byte[]>> keys = new HashMap<>();
        try {
            pushes = details.load(database, claims.stream().map(Claim::id).toList());
            found = bodies.read(pushes.values().stream()
                    .filter(PushRunner::isOfACall)
                    .map(Push::of)
                    .toList());
            for (Claim claim : claims) {
                if (!keys.containsKey(claim.client())) {
                    keys.put(claim.client(), secrets.inForce(claim.client()));
                }
            }
        } catch (SQLException e) {
            claims.forEach(claim -> inHand.settle(Settlement.again(claim, null, PAUSE_WITHOUT_DATABASE), settled));
            return;
        }
        for (Claim claim : claims) {
            Push push = pushes.get(claim.id());
            Found result = push == null ? null : found.get(push.of());
            if (push == null || result == null && isOfACall(push)) {
                inHand.settle(gone(claim), settled);
            } else if (push.url() == null) {
                inHand.settle(failed(claim, UNREADABLE, "The address is stored and does not open."), settled);
            } else {
                send(claim, push, result, keys.get(claim.client()), settled);
            }
        }
    }

    private static boolean isOfACall(Push push) {
        return push.kind().equals(CallRunner.KIND);
    }

    private static Settlement gone(Claim claim) {
        return failed(claim, NOT_FOUND, "The result is not kept any more.");
    }

    private static Settlement failed(Claim claim, int code, String reason) {
        Attempt attempt = new Attempt(Attempt.Outcome.BROKEN, code, reason, false, Duration.ZERO);
        return Settlement.ended(claim, TaskState.FAILED, attempt);
    }

    /** @param result null where it is not of a call */
    private void send(Claim claim, Push push, Found result, List<byte[]> keys, Consumer<Settlement> settled) {
        InHand.Hold mine = inHand.of(claim);
        if (mine.why() == Why.INTERRUPTED) {
            inHand.settle(Settlement.untouched(claim), settled);
            return;
        }
        Bodies.Body body;
        try {
            body = result == null ? bodies.ofOther(push, claim.client()) : bodies.of(push.of(), result);
        } catch (SQLException e) {
            inHand.settle(Settlement.again(claim, null, PAUSE_WITHOUT_DATABASE), settled);
            return;
        }
        if (body == null) {
            inHand.settle(gone(claim), settled);
            return;
        }
        if (body.bytes() == null) {
            inHand.settle(Settlement.again(claim, null, jittered(PAUSE_WITHOUT_ROOM)), settled);
            return;
        }
        Consumer<Result> done = answer -> {
            bodies.giveBack(body);
            inHand.settle(judgement.of(claim, answer, mine.why()), settled);
        };
        mine.sent(sender.send(request(claim, push, body.bytes(), keys), done));
    }

    private Request request(Claim claim, Push push, byte[] body, List<byte[]> keys) {
        List<Header> headers = new ArrayList<>();
        headers.add(JSON);
        headers.addAll(Signature.headers("result_" + claim.clientId(), clock.instant(), body, keys));
        return new Request("POST", URI.create(push.url()), headers, body, settings.timeout(), MOST_OF_ANSWER);
    }

    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                (long) (pause.toMillis() * (0.5 + ThreadLocalRandom.current().nextDouble())));
    }

    @Override
    public void stop(Claim claim, Why why) {
        inHand.stop(claim, why);
    }
}

package org.taskcenter.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/** Does tasks as a script says, and remembers which it was given. */
public final class ScriptedRunner implements Runner {
    private final String kind;
    private final Queue<Claim> begun = new ConcurrentLinkedQueue<>();
    private final Map<Claim, CompletableFuture<Settlement>> underWay = new ConcurrentHashMap<>();
    private final Queue<Why> stops = new ConcurrentLinkedQueue<>();
    private volatile Function<Claim, CompletableFuture<Settlement>> script;

    /** Succeeds at once. */
    public ScriptedRunner(String kind) {
        this(kind, claim -> CompletableFuture.completedFuture(succeeded(claim)));
    }

    /** @param script what comes of a task, now or later */
    public ScriptedRunner(String kind, Function<Claim, CompletableFuture<Settlement>> script) {
        this.kind = kind;
        this.script = script;
    }

    /** Does things differently from now on. */
    public void play(Function<Claim, CompletableFuture<Settlement>> other) {
        script = other;
    }

    /** From now on no task comes to its end by itself. */
    public void block() {
        play(claim -> new CompletableFuture<>());
    }

    /** From now on tasks succeed at once, those under way too. */
    public void release() {
        play(claim -> CompletableFuture.completedFuture(succeeded(claim)));
        underWay.forEach((claim, end) -> end.complete(succeeded(claim)));
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public void run(List<Claim> claims, Consumer<Settlement> settled) {
        for (Claim claim : claims) {
            begun.add(claim);
            CompletableFuture<Settlement> end = script.apply(claim);
            underWay.put(claim, end);
            end.thenAccept(settlement -> {
                underWay.remove(claim);
                settled.accept(settlement);
            });
        }
    }

    @Override
    public void stop(Claim claim, Why why) {
        CompletableFuture<Settlement> end = underWay.get(claim);
        if (end != null && end.complete(why == Why.CANCELLED ? stopped(claim) : interrupted(claim))) {
            stops.add(why);
        }
    }

    /** Ends one of those under way whose name begins so, as succeeded. */
    public void endOne(String name) {
        underWay.keySet().stream()
                .filter(claim -> claim.clientId().startsWith(name))
                .findFirst()
                .ifPresent(claim -> underWay.get(claim).complete(succeeded(claim)));
    }

    /** What it was given so far. */
    public List<Claim> begun() {
        return List.copyOf(begun);
    }

    /** What it works on now. */
    public List<Claim> underWay() {
        return List.copyOf(underWay.keySet());
    }

    /** Which stops took effect so far. */
    public List<Why> stops() {
        return List.copyOf(stops);
    }

    public static Settlement succeeded(Claim claim) {
        return Settlement.ended(claim, TaskState.SUCCEEDED, attempt(Attempt.Outcome.DONE, "done"));
    }

    public static Settlement failed(Claim claim) {
        return Settlement.ended(claim, TaskState.FAILED, attempt(Attempt.Outcome.REFUSED, "no"));
    }

    public static Settlement again(Claim claim, Duration pause) {
        return Settlement.again(claim, attempt(Attempt.Outcome.BROKEN, "not now"), pause);
    }

    /** PostgreSQL refuses this one. */
    public static Settlement poison(Claim claim) {
        return Settlement.ended(claim, TaskState.SUCCEEDED, attempt(Attempt.Outcome.DONE, "a\0b"));
    }

    private static Settlement stopped(Claim claim) {
        return Settlement.ended(claim, TaskState.CANCELLED, attempt(Attempt.Outcome.STOPPED, "stopped"));
    }

    private static Settlement interrupted(Claim claim) {
        return Settlement.again(claim, attempt(Attempt.Outcome.INTERRUPTED, "interrupted"), Duration.ZERO);
    }

    private static Attempt attempt(Attempt.Outcome outcome, String body) {
        return new Attempt(outcome, 200, body, false, Duration.ofMillis(1));
    }
}

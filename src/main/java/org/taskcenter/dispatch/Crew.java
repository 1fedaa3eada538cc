package org.taskcenter.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;

/** Those who do the work: gives claims to the runners of their kinds, and sees to it that a stop reaches its runner. */
final class Crew {
    /** How long work whose beginning failed is left alone. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Map<String, Kind> kinds;
    private final Work work;
    private final BooleanSupplier mayWork;
    private final Consumer<Settlement> done;

    Crew(List<Kind> kinds, Work work, BooleanSupplier mayWork, Consumer<Settlement> done) {
        this.kinds = new HashMap<>();
        kinds.forEach(kind -> this.kinds.put(kind.runner().kind(), kind));
        this.work = work;
        this.mayWork = mayWork;
        this.done = done;
    }

    Set<String> kinds() {
        return kinds.keySet();
    }

    /** How many tasks of a kind this member works on at once. */
    int most(String kind) {
        return kinds.get(kind).most();
    }

    /** Whether tasks of a kind take long by nature; false of kinds this member does not know. */
    boolean isSteady(String kind) {
        return kinds.containsKey(kind) && kinds.get(kind).steady();
    }

    /** Begins work on claims, which are in {@link Work} already. */
    void begin(List<Claim> claims) {
        Map<String, List<Claim>> byKind = new HashMap<>();
        claims.forEach(claim ->
                byKind.computeIfAbsent(claim.kind(), kind -> new ArrayList<>()).add(claim));
        byKind.forEach((name, some) -> {
            try {
                kinds.get(name).executor().execute(() -> run(name, some));
            } catch (RejectedExecutionException e) {
                notBegun(name, some, e);
            }
        });
    }

    private void run(String name, List<Claim> claims) {
        List<Claim> wanted = claims;
        List<Claim> stopped = mayWork.getAsBoolean() ? work.toStop(claims) : claims;
        if (!stopped.isEmpty()) {
            wanted = new ArrayList<>(claims);
            wanted.removeAll(stopped);
            stopped.forEach(claim -> done.accept(Settlement.untouched(claim)));
        }
        if (wanted.isEmpty()) {
            return;
        }
        try {
            kinds.get(name).runner().run(wanted, done);
        } catch (RuntimeException | Error e) {
            notBegun(name, wanted, e);
        }
        // A stop that came before the runner knew the claims has done nothing.
        work.handedOver(wanted).forEach(this::tellRunner);
    }

    private void notBegun(String kind, List<Claim> claims, Throwable cause) {
        DispatchLog.LOG.notBegun(claims.size(), kind, cause);
        claims.forEach(claim -> done.accept(Settlement.again(claim, null, PAUSE)));
    }

    /** What came of a claim is stored, or was refused. */
    void stored(Claim claim) {
        Kind kind = kinds.get(claim.kind());
        if (kind != null) {
            kind.runner().stored(claim);
        }
    }

    /** Stops a task if it is in hand; returns whether it is. */
    boolean stop(long task) {
        Claim claim = work.stop(task, Runner.Why.CANCELLED);
        if (claim != null) {
            tellRunner(claim);
        }
        return work.holds(task);
    }

    /** Stops all work, for it to be done again later; asking again does no harm. */
    void interruptAll() {
        work.interruptAll().forEach(this::tellRunner);
    }

    private void tellRunner(Claim claim) {
        Runner.Why why = work.why(claim);
        if (why == null) {
            return;
        }
        try {
            kinds.get(claim.kind()).runner().stop(claim, why);
        } catch (RuntimeException e) {
            DispatchLog.LOG.notStopped(claim.id(), e);
        }
    }
}

package org.taskcenter.ansible;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.playbook.Event;
import org.taskcenter.playbook.Exit;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Playbooks;
import org.taskcenter.store.Database;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Attempt.Outcome;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/**
 * The work on one claim: a playbook is run on the nodes that have no result, and then the claim is settled. The two steps of a
 * job; should the job not come to the second one, somebody else takes it, and whoever comes first settles.
 */
public final class Play implements Playbooks.Listener {
    private static final Duration PAUSE_WHERE_UNAVAILABLE = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 2_000;
    private static final int LONGEST_REASON = 300;
    private static final int STOPPED = 410;
    private static final int OUT_OF_TIME = 504;
    private static final int DONE = 200;
    private static final int FAILED = 500;

    private final Claim claim;
    private final Consumer<Settlement> settled;
    private final PlayStore store;
    private final Stage stage;
    private final BooleanSupplier mayWork;
    private final Runnable over;

    private final long made = System.nanoTime();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean settling = new AtomicBoolean();
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private volatile boolean played;
    private volatile long playedAt;
    private volatile PlayStore.Begun work;
    private volatile boolean lost;
    private volatile String broken;
    private volatile Settlement instead;
    private Why why;
    private boolean halted;
    private Playbooks.Running running;

    /** Where playbooks are run. */
    @FunctionalInterface
    interface Stage {
        /** @param began is told what can be stopped, as soon as there is something, and again where it becomes something else */
        void start(Claim claim, PlayStore.Begun work, Playbooks.Listener listener, Consumer<Playbooks.Running> began)
                throws Playbooks.Unavailable, InterruptedException;
    }

    /**
     * @param settled is told once how the claim ends
     * @param mayWork whether this member may go on with what it has claimed
     * @param over is told when it is over
     */
    Play(
            Claim claim,
            Consumer<Settlement> settled,
            PlayStore store,
            Stage stage,
            BooleanSupplier mayWork,
            Runnable over) {
        this.claim = claim;
        this.settled = settled;
        this.store = store;
        this.stage = stage;
        this.mayWork = mayWork;
        this.over = over;
    }

    Claim claim() {
        return claim;
    }

    /**
     * The first step: runs the playbook and returns when it has ended and what happened is stored.
     *
     * @throws IllegalStateException where that was done, or given up
     */
    public void play() {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("task " + claim.id() + " is not to be begun any more");
        }
        try {
            run();
        } catch (SQLException e) {
            AnsibleLog.LOG.unavailable(claim.id(), String.valueOf(e.getMessage()));
            instead = Settlement.again(claim, null, PAUSE_AFTER_FAILURE);
        } catch (Playbooks.Unavailable e) {
            AnsibleLog.LOG.unavailable(claim.id(), e.getMessage());
            instead = Settlement.again(claim, null, PAUSE_WHERE_UNAVAILABLE);
        } catch (InterruptedException e) {
            halt();
            instead = interrupted(Duration.ZERO);
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) {
            halt();
            AnsibleLog.LOG.failed(claim.id(), e);
            instead = interrupted(growing());
        } finally {
            playedAt = System.nanoTime();
            played = true;
        }
    }

    private void run() throws SQLException, Playbooks.Unavailable, InterruptedException, ExecutionException {
        if (why() != null) {
            instead = why() == Why.CANCELLED
                    ? Settlement.ended(claim, TaskState.CANCELLED, null)
                    : Settlement.untouched(claim);
            return;
        }
        Optional<PlayStore.Begun> found = store.begin(claim);
        if (found.isEmpty()) {
            AnsibleLog.LOG.lost(claim.id());
            instead = Settlement.untouched(claim);
            return;
        }
        PlayStore.Begun begins = found.get();
        if (begins.run().parallel() && !begins.part().isShare()) {
            instead = Settlement.again(claim, null, Submissions.FAR);
            return;
        }
        work = begins;
        if (begins.toStop()) {
            exit.complete(new Exit(Cause.STOPPED, Map.of(), null));
        } else if (begins.nodes().isEmpty()) {
            exit.complete(new Exit(Cause.FINISHED, Map.of(), null));
        } else if (begins.left().isNegative() || begins.left().isZero()) {
            exit.complete(new Exit(Cause.TIME_LIMIT, Map.of(), null));
        } else {
            AnsibleLog.LOG.begins(
                    claim.id(),
                    begins.run().id(),
                    begins.nodes().size(),
                    begins.run().correlation());
            stage.start(claim, begins, this, this::began);
        }
        exit.get();
    }

    private void began(Playbooks.Running now) {
        boolean late;
        synchronized (this) {
            running = now;
            late = halted;
        }
        if (late) {
            now.stop();
        }
    }

    private synchronized Why why() {
        return why;
    }

    /** Ends the work as soon as possible. */
    void stop(Why reason) {
        synchronized (this) {
            // What must not go on here may go on elsewhere, or the store knows that it was cancelled.
            why = why == Why.INTERRUPTED ? why : reason;
        }
        halt();
    }

    /** Somebody has ended the job itself, which is a stop of what it does. */
    public void stop() {
        stop(Why.CANCELLED);
    }

    private void halt() {
        Playbooks.Running now;
        synchronized (this) {
            halted = true;
            now = running;
        }
        if (now != null) {
            now.stop();
        }
    }

    @Override
    public void happened(List<Event> events) {
        if (lost || broken != null) {
            return;
        }
        note(events);
        try {
            if (!patiently(() -> store.happened(claim, work, events, reasons)).orElse(false)) {
                lost = true;
                AnsibleLog.LOG.lost(claim.id());
                halt();
            }
        } catch (SQLException | RuntimeException e) {
            AnsibleLog.LOG.unstorable(claim.id(), e);
            broken = "what happened cannot be stored: the log of the centre tells why";
            halt();
        }
    }

    private void note(List<Event> events) {
        for (Event event : events) {
            // A playbook may name any number of hosts besides those of its run.
            if (event instanceof Event.Line line
                    && !line.ignored()
                    && work.idxOf().containsKey(line.node())) {
                if (line.status() == Event.Status.FAILED || line.status() == Event.Status.UNREACHABLE) {
                    reasons.put(line.node(), reason(line));
                }
            }
        }
    }

    /** For how many nodes a reason is known. */
    int reasons() {
        return reasons.size();
    }

    private static String reason(Event.Line line) {
        String told = Troubles.reason(line.msg(), line.stderr(), line.stdout(), line.rc());
        String reason = line.status() == Event.Status.UNREACHABLE ? "unreachable: " + told : line.task() + ": " + told;
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...";
    }

    @Override
    public void ended(Exit how) {
        exit.complete(how);
    }

    /** Something to be stored. */
    @FunctionalInterface
    private interface Storing<T> {
        T store() throws SQLException;
    }

    /** Waits for the database while it is away; empty where this member may not go on meanwhile. */
    private <T> Optional<T> patiently(Storing<T> storing) throws SQLException {
        long wait = FIRST_WAIT_MILLIS;
        while (true) {
            try {
                return Optional.ofNullable(storing.store());
            } catch (SQLException e) {
                if (!Database.isOutage(e)) {
                    throw e;
                }
                if (wait == FIRST_WAIT_MILLIS) {
                    AnsibleLog.LOG.cannotStore(claim.id(), String.valueOf(e.getMessage()));
                }
            }
            if (!mayWork.getAsBoolean() || why() == Why.INTERRUPTED) {
                return Optional.empty();
            }
            try {
                TimeUnit.MILLISECONDS.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
        }
    }

    /**
     * The second step: stores what came of it and settles the claim, unless somebody else does.
     *
     * @return a word for how it goes on
     */
    public String settle() {
        if (!settling.compareAndSet(false, true)) {
            return "SETTLED";
        }
        // What is not begun by now never will be.
        begun.set(true);
        Settlement settlement = interrupted(PAUSE_AFTER_FAILURE);
        try {
            settlement = settlement();
        } catch (SQLException | RuntimeException e) {
            AnsibleLog.LOG.failed(claim.id(), e);
            settlement = interrupted(growing());
        } finally {
            over.run();
            settled.accept(settlement);
        }
        return settlement.next() == TaskState.WAITING
                ? "AGAIN"
                : settlement.next().name();
    }

    private Settlement settlement() throws SQLException {
        if (instead != null) {
            return instead;
        }
        if (!played || lost) {
            return work == null ? Settlement.again(claim, null, PAUSE_AFTER_FAILURE) : interrupted(Duration.ZERO);
        }
        Exit how = exit.join();
        if (broken != null) {
            return Settlement.ended(claim, TaskState.FAILED, attempt(Outcome.BROKEN, FAILED, broken));
        }
        boolean goOn =
                how.cause() == Cause.LOST || how.cause() == Cause.STOPPED && why() != Why.CANCELLED && !work.toStop();
        Optional<PlayStore.Finish> finish =
                patiently(() -> store.finish(claim, work, how, goOn, reasons).orElse(null));
        return finish.map(end -> settlement(end, how)).orElseGet(() -> interrupted(Duration.ZERO));
    }

    private Settlement settlement(PlayStore.Finish finish, Exit how) {
        AnsibleLog.LOG.ended(
                claim.id(), work.run().id(), finish.summary(), work.run().correlation());
        if (finish.next() != TaskState.WAITING) {
            return Settlement.ended(claim, finish.next(), attempt(finish.next(), how, finish.summary()));
        }
        return switch (how.cause()) {
            case FINISHED ->
                Settlement.again(claim, attempt(Outcome.REFUSED, FAILED, finish.summary()), finish.delay());
            case LOST -> interrupted(growing());
            default -> interrupted(Duration.ZERO);
        };
    }

    private Attempt attempt(TaskState end, Exit how, String summary) {
        if (end == TaskState.CANCELLED) {
            return attempt(Outcome.STOPPED, STOPPED, summary);
        }
        if (how.cause() == Cause.TIME_LIMIT) {
            return attempt(Outcome.BROKEN, OUT_OF_TIME, summary);
        }
        return end == TaskState.SUCCEEDED
                ? attempt(Outcome.DONE, DONE, summary)
                : attempt(Outcome.REFUSED, FAILED, summary);
    }

    private Settlement interrupted(Duration delay) {
        return Settlement.again(
                claim, attempt(Outcome.INTERRUPTED, OUT_OF_TIME, "The centre stopped or died under it"), delay);
    }

    /** Longer with each interruption there has been. */
    private Duration growing() {
        Duration pause = PAUSE_AFTER_FAILURE.multipliedBy(1L << Math.min(claim.interruptions(), 6));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private Attempt attempt(Outcome outcome, int code, String body) {
        return new Attempt(outcome, code, body, false, Duration.ofNanos(System.nanoTime() - made));
    }

    /** Whether its job should have begun, or settled, it long ago. */
    boolean isOverdue(Duration patience) {
        long now = System.nanoTime();
        return !begun.get() && now - made > patience.toNanos() || played && now - playedAt > patience.toNanos();
    }
}

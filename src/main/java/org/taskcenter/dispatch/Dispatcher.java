package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.taskcenter.cluster.Membership;
import org.taskcenter.cluster.PostgresWakeup;
import org.taskcenter.cluster.Pulse;
import org.taskcenter.cluster.Wakeup.Hint;
import org.taskcenter.store.Database;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;

/**
 * Claims waiting tasks as there is room, hands them to the runners of their kinds, and has their results stored.
 *
 * <p>One loop claims. It is woken by what is handed in here, by other members and by places that become free; a look at the
 * store once a second is the net under all of these. The loop does not die: without a database it goes on trying.
 */
public final class Dispatcher implements Pulse.Listener, PostgresWakeup.Listener {
    /** A loop that has not turned for so long is not well. */
    private static final long LONGEST_TURN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int LOOK_LIMIT = 1_000;
    /** Results that are not stored may take this much of the memory; then nothing is begun until some are. */
    private static final int UNSETTLED_SHARE = 8;

    private static final int MOST_AT_ONCE = 400;
    private static final int MOST_KNOWN_LANES = 100_000;
    private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    private final Queue queue;
    private final Membership membership;
    private final PausedKinds paused;
    private final Crew crew;
    private final Settler settler;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Agenda agenda = new Agenda(lock, System.nanoTime());
    private final Condition idle = lock.newCondition();
    private final Backlogs backlogs = new Backlogs();
    private final Pauses pauses = new Pauses();
    private final int laneMost;
    private final Work work;
    private final Admission admission;
    private final Dealer dealer;
    private final Orphans orphans;
    /** Of lanes that other members may speak of. */
    private final Map<Integer, Lanes.Lane> lanes = new ConcurrentHashMap<>();

    /** Whether the loop may be about to begin something. */
    private boolean claiming;

    private int lookAfter;
    /** Whether this member knows what waits and what is paused. */
    private boolean looked;

    private volatile boolean draining;
    private volatile boolean stopping;
    private volatile boolean failing;
    private volatile long lastTurn = System.nanoTime();

    /**
     * @param ending what has to happen in the transactions that end tasks
     * @param kinds the kinds this member knows; tasks of others are left alone
     * @param laneMost how many tasks of one lane this member works on at once
     */
    public Dispatcher(
            Database database,
            Queue queue,
            Membership membership,
            Ending ending,
            PausedKinds paused,
            List<Kind> kinds,
            int laneMost,
            ThreadFactory threads) {
        this.database = database;
        this.queue = queue;
        this.membership = membership;
        this.paused = paused;
        this.laneMost = laneMost;
        this.work = new Work(this::windowOf);
        this.crew = new Crew(kinds, work, membership::mayWork, this::done);
        this.dealer = new Dealer(backlogs, crew, work);
        this.admission = new Admission(lock, new Knowledge(), work, crew);
        this.orphans = new Orphans(database, queue, membership, work, admission);
        this.settler = new Settler(
                database,
                queue,
                ending,
                membership::id,
                this::settled,
                Runtime.getRuntime().maxMemory() / UNSETTLED_SHARE,
                threads);
        this.thread = threads.newThread(this::loop);
    }

    public void start() {
        settler.start();
        thread.start();
    }

    /** Whether claims and settlements go through, as far as was seen lately. */
    public boolean isHealthy() {
        return !failing && thread.isAlive() && settler.isHealthy() && System.nanoTime() - lastTurn < LONGEST_TURN_NANOS;
    }

    /** How many tasks this member is working on. */
    public int running() {
        return work.running();
    }

    /** Tasks have been stored that are due after {@code delay}. */
    public void submitted(Lanes.Lane lane, int priority, Duration delay) {
        locked(() -> {
            know(lane);
            addBacklog(lane.kind(), lane.client(), lane.number(), priority, delay, System.nanoTime());
        });
    }

    /** The places for tasks that are just being stored. */
    Admission admission() {
        return admission;
    }

    /** What the admission has to know. */
    private final class Knowledge implements Admission.Desk {
        @Override
        public long mayBegin() {
            backlogs.comeDue(System.nanoTime());
            return looked && !draining && membership.mayWork() ? membership.id() : 0;
        }

        @Override
        public boolean isFree(String kind) {
            return crew.kinds().contains(kind)
                    && !pauses.kinds().contains(kind)
                    && !backlogs.has(kind)
                    && settler.room() > 0;
        }

        @Override
        public void know(Lanes.Lane lane) {
            Dispatcher.this.know(lane);
        }

        @Override
        public int clientMost(String kind) {
            return dealer.clientMost(kind);
        }

        @Override
        public boolean mayWork(long member) {
            return member == membership.id() && membership.mayWork();
        }

        @Override
        public void lost(List<Claim> claims) {
            claims.forEach(claim -> settler.add(Settlement.untouched(claim)));
            orphans.suspect();
            locked(idle::signalAll);
        }
    }

    /** Stops a task if it is this member's. */
    void stop(long task) {
        if (!crew.stop(task)) {
            // It is another's; or this member has just claimed it and does not know yet.
            stopAsked();
        }
    }

    @Override
    public void waiting(Hint hint) {
        locked(() -> {
            Lanes.Lane owner = lanes.get(hint.lane());
            if (owner != null) {
                addBacklog(
                        owner.kind(), owner.client(), hint.lane(), hint.priority(), Duration.ZERO, System.nanoTime());
            } else {
                agenda.wantLook();
            }
        });
    }

    /** From now on, nothing of these kinds is begun here, and of all others again. */
    public void pause(Set<String> kinds) {
        locked(() -> pauses.set(kinds));
    }

    /** Something has changed in the store that this member cannot know of in detail. */
    @Override
    public void look() {
        locked(agenda::wantLook);
    }

    @Override
    public void stopAsked() {
        locked(agenda::wantStops);
    }

    @Override
    public void rescued(List<Rescued> tasks) {
        look();
    }

    @Override
    public void stopWork() {
        crew.interruptAll();
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            agenda.tell();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends work in order: nothing new is begun, what is under way gets time, what is left then goes back to waiting, and all
     * results are stored.
     */
    public void drain(Duration patience) throws InterruptedException {
        draining = true;
        look();
        DispatchLog.LOG.draining(running(), patience.toSeconds());
        awaitIdle(patience);
        stopping = true;
        look();
        thread.join(TimeUnit.SECONDS.toMillis(5));
        int left = work.running();
        crew.interruptAll();
        awaitIdle(SETTLE_PATIENCE);
        settler.stop(SETTLE_PATIENCE);
        DispatchLog.LOG.drained(left);
    }

    private void awaitIdle(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while ((work.held() > 0 || claiming) && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        while (!stopping) {
            try {
                turn();
                if (failing) {
                    failing = false;
                    DispatchLog.LOG.claimsAgain();
                }
            } catch (SQLException e) {
                if (!failing) {
                    DispatchLog.LOG.cannotClaim(String.valueOf(e.getMessage()));
                }
                recover();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                if (!failing) {
                    DispatchLog.LOG.loopError("dispatch", e);
                }
                recover();
            }
        }
    }

    private void recover() {
        failing = true;
        orphans.suspect();
        look();
        LockSupport.parkNanos(this, RETRY_NANOS);
    }

    /** One turn of the loop: wait for news, look where needed, claim what there is room for. */
    private void turn() throws SQLException, InterruptedException {
        awaitNews();
        lastTurn = System.nanoTime();
        if (!membership.mayWork()) {
            LockSupport.parkNanos(this, RETRY_NANOS / 5);
            return;
        }
        long now = System.nanoTime();
        boolean lookDue = underLock(() -> agenda.takeLook(now, work.held() > 0));
        if (underLock(agenda::takeStops)) {
            List<Long> asked = database.statement(connection -> queue.askedToStop(connection, membership.id()));
            asked.forEach(crew::stop);
        }
        if (!mayClaim()) {
            LockSupport.parkNanos(this, RETRY_NANOS / 5);
            return;
        }
        try {
            if (lookDue) {
                lookAround();
            }
            if (orphans.isDue(now)) {
                putBackOrphans();
            }
            claim();
        } finally {
            noLongerClaiming();
        }
    }

    /** Nothing is begun any more from the moment on in which a drain finds nothing under way. */
    private boolean mayClaim() {
        lock.lock();
        try {
            claiming = !draining;
            return claiming;
        } finally {
            lock.unlock();
        }
    }

    private void noLongerClaiming() {
        lock.lock();
        try {
            claiming = false;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitNews() throws InterruptedException {
        lock.lock();
        try {
            agenda.await(backlogs.nanosToNext(System.nanoTime()), work);
        } finally {
            lock.unlock();
        }
    }

    private boolean underLock(BooleanSupplier question) {
        lock.lock();
        try {
            return question.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    private void lookAround() throws SQLException {
        long begun = System.nanoTime();
        int pausesBefore = pausesVersion();
        Set<String> nowPaused = paused.read();
        int after = lookAfter;
        List<Backlog> found = database.statement(connection -> queue.backlog(connection, after, LOOK_LIMIT));
        boolean more = found.size() == LOOK_LIMIT;
        lookAfter = more ? found.get(found.size() - 1).lane() - 1 : 0;
        long now = System.nanoTime();
        lock.lock();
        try {
            looked = true;
            pauses.read(nowPaused, pausesBefore);
            for (Backlog backlog : found) {
                know(new Lanes.Lane(backlog.lane(), backlog.kind(), backlog.client(), backlog.most()));
                addBacklog(backlog.kind(), backlog.client(), backlog.lane(), backlog.priority(), backlog.due(), now);
            }
            agenda.looked(now, now - begun, more);
        } finally {
            lock.unlock();
        }
    }

    private int pausesVersion() {
        lock.lock();
        try {
            return pauses.version();
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what the store says is this member's and this member does not know of. */
    private void putBackOrphans() throws SQLException {
        List<Claim> found = orphans.find();
        if (!found.isEmpty()) {
            DispatchLog.LOG.orphans(found.size());
            found.forEach(claim -> settler.add(Settlement.untouched(claim)));
        }
    }

    private void claim() throws SQLException {
        long version;
        List<Share> shares;
        lock.lock();
        try {
            version = backlogs.version();
            backlogs.comeDue(System.nanoTime());
            shares = dealer.deal(Math.min(MOST_AT_ONCE, settler.room()), pauses.kinds());
        } finally {
            lock.unlock();
        }
        if (shares.isEmpty()) {
            return;
        }
        long me = membership.id();
        List<Claim> claims = database.statement(connection -> queue.claim(connection, me, shares));
        if (me != membership.id() || !membership.mayWork()) {
            // Frozen for so long that others may have taken these already.
            orphans.suspect();
            return;
        }
        begin(shares, claims, version);
    }

    private void begin(List<Share> shares, List<Claim> claims, long version) {
        Map<Backlogs.Place, Integer> got = new HashMap<>();
        lock.lock();
        try {
            long now = System.nanoTime();
            for (Claim claim : claims) {
                work.begin(claim, now);
                got.merge(new Backlogs.Place(claim.lane(), claim.priority()), 1, Integer::sum);
            }
            for (Share share : shares) {
                Backlogs.Place place = new Backlogs.Place(share.lane(), share.priority());
                if (got.getOrDefault(place, 0) < share.tasks()) {
                    backlogs.exhausted(place, version);
                }
            }
            agenda.claimed(now);
            // There may be more where this came from.
            agenda.goOn();
        } finally {
            lock.unlock();
        }
        crew.begin(claims);
    }

    /** The work on a claim is over. */
    private void done(Settlement settlement) {
        work.done(settlement.claim(), System.nanoTime(), settlement.isAnswered());
        settler.add(settlement);
        locked(() -> {});
    }

    /** What came of it is stored, or was refused. */
    private void settled(Settlement settlement, TaskState state) {
        crew.stored(settlement.claim());
        locked(() -> {
            long now = System.nanoTime();
            Claim claim = settlement.claim();
            work.forget(claim, now);
            if (work.held() == 0) {
                idle.signalAll();
            }
            if (state == TaskState.WAITING) {
                addBacklog(claim.kind(), claim.client(), claim.lane(), claim.priority(), settlement.delay(), now);
            }
        });
    }

    private void addBacklog(String kind, String client, int lane, int priority, Duration due, long now) {
        if (!crew.kinds().contains(kind)) {
            return;
        }
        backlogs.add(kind, client, new Backlogs.Place(lane, priority), due, now);
    }

    private void know(Lanes.Lane lane) {
        if (lanes.size() > MOST_KNOWN_LANES) {
            lanes.clear();
        }
        lanes.put(lane.number(), lane);
    }

    /** The window that a lane begins with. */
    private Window windowOf(int lane) {
        Lanes.Lane owner = lanes.get(lane);
        if (owner == null || !crew.isSteady(owner.kind())) {
            return new Window(laneMost);
        }
        int most = crew.most(owner.kind());
        return Window.steady(owner.most() == 0 ? most : Math.min(most, owner.most()));
    }
}

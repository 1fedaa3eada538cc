package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.taskcenter.cluster.Members;
import org.taskcenter.cluster.Membership;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.store.Database;
import org.taskcenter.upstream.Upstream;
import org.taskcenter.upstream.Upstreams;

/**
 * Keeps the state of open tasks up to date. A timer of the server tells when a round is to begin; the loop here begins it and
 * waits for nobody: each channel has a round of its own, and one that is still at its last one is passed over.
 */
final class Poller implements AutoCloseable {
    /** With every so many rounds, all open tasks are read anew, for what other ways of finding them have missed. */
    private static final int ROUNDS_TO_READ_ALL = 20;

    private static final Duration OVERLAP = Duration.ofSeconds(60);
    private static final int STUCK_ROUNDS = 20;
    private static final String OPEN = """
            select id, upstream_id, channel_id, %s from platform_task
             where status not in ('SUCCESS', 'FAILURE')%s""";

    private final Database database;
    private final Membership membership;
    private final Members members;
    private final Upstreams upstreams;
    private final KnownPlatforms platforms;
    private final Book book;
    private final BackOff backOff;
    private final ChannelRounds rounds;
    private final Deletions deletions;
    private final Duration interval;
    private final Thread thread;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final ConcurrentMap<Long, ChannelRound> running = new ConcurrentHashMap<>();

    private volatile Shards shards = new Shards(0, List.of());
    private volatile boolean closed;
    private volatile long lastTurn = System.nanoTime();
    private int sinceAll;
    private boolean failing;

    Poller(
            Database database,
            Membership membership,
            Members members,
            Upstreams upstreams,
            KnownPlatforms platforms,
            Book book,
            BackOff backOff,
            ChannelRounds rounds,
            Deletions deletions,
            Duration interval,
            ThreadFactory threads) {
        this.database = database;
        this.membership = membership;
        this.members = members;
        this.upstreams = upstreams;
        this.platforms = platforms;
        this.book = book;
        this.backOff = backOff;
        this.rounds = rounds;
        this.deletions = deletions;
        this.interval = interval;
        this.thread = threads.newThread(this::loop);
    }

    void start() {
        thread.start();
    }

    /** A round is due. Returns at once. */
    void tick() {
        wanted.set(true);
        LockSupport.unpark(thread);
    }

    /** A channel has just taken a task. */
    void taken(Row row) {
        if (shards.isMine(row.channel(), row.id())) {
            long now = System.nanoTime();
            book.add(new Open(row.id(), row.upstreamId(), row.channel(), now + interval.toNanos() / 2, now));
        }
    }

    /** Whether the loop turns. */
    boolean isHealthy() {
        return thread.isAlive() && System.nanoTime() - lastTurn < STUCK_ROUNDS * interval.toNanos() + OVERLAP.toNanos();
    }

    private void loop() {
        while (!closed) {
            if (!wanted.compareAndSet(true, false)) {
                LockSupport.park(this);
                continue;
            }
            try {
                if (membership.mayWork()) {
                    round();
                }
                failing = false;
            } catch (SQLException e) {
                if (!failing) {
                    PlatformLog.LOG.noRound(String.valueOf(e.getMessage()));
                }
                fail();
            } catch (RuntimeException | Error e) {
                PlatformLog.LOG.roundFailed(e);
                fail();
            }
            lastTurn = System.nanoTime();
        }
    }

    private void fail() {
        failing = true;
        sinceAll = ROUNDS_TO_READ_ALL;
    }

    private void round() throws SQLException {
        find();
        long now = System.nanoTime();
        running.values().removeIf(ChannelRound::isOver);
        for (long channel : book.channels()) {
            Optional<Upstream> upstream = upstreams.find(channel);
            if (upstream.isEmpty() || upstream.get().deleted()) {
                book.forgetChannel(channel);
                endTasksOf(channel);
            } else if (!running.containsKey(channel) && !backOff.isBackingOff(channel)) {
                begin(upstream.get(), now);
            }
        }
    }

    /** What is wrong with one channel holds up none of the others. */
    private void begin(Upstream channel, long now) throws SQLException {
        try {
            beginUnguarded(channel, now);
        } catch (SQLException e) {
            if (Database.isOutage(e)) {
                throw e;
            }
            rounds.unusable(channel.id(), String.valueOf(e.getMessage()));
        } catch (CannotOpen e) {
            rounds.unusable(channel.id(), "its key cannot be read (" + e.getMessage() + "); give it its key anew");
        } catch (RuntimeException e) {
            rounds.unusable(channel.id(), e.toString());
        }
    }

    private void beginUnguarded(Upstream channel, long now) throws SQLException {
        // What is due a little later is asked after now, since the next round is an interval away.
        List<Open> due = book.due(channel.id(), now + interval.toNanos() / 2);
        Optional<Platform> platform = platforms.find(channel.platform());
        if (!due.isEmpty() && platform.isPresent()) {
            ChannelRound round = rounds.of(channel, platform.get(), due);
            running.put(channel.id(), round);
            round.begin();
        }
    }

    /** Finds the open tasks that are this member's to ask after. */
    private void find() throws SQLException {
        List<Long> alive = members.alive().stream().map(Members.Member::id).toList();
        Shards now = new Shards(membership.id(), alive);
        if (!now.equals(shards) || ++sinceAll >= ROUNDS_TO_READ_ALL) {
            shards = now;
            readAll(now);
            sinceAll = 0;
        } else {
            database
                    .statement(
                            connection -> read(
                                    connection,
                                    " and upstream_id is not null and taken_at > current_timestamp - cast(? as bigint) * interval '0.001' second"))
                    .stream()
                    .filter(open -> now.isMine(open.channel, open.id))
                    .forEach(book::add);
        }
    }

    private void readAll(Shards now) throws SQLException {
        List<Open> mine = new ArrayList<>();
        Set<Long> channels = new HashSet<>();
        for (Open open : database.statement(connection -> read(connection, ""))) {
            channels.add(open.channel);
            if (open.upstreamId != null && now.isMine(open.channel, open.id)) {
                mine.add(open);
            }
        }
        book.replace(mine);
        for (long channel : channels) {
            if (upstreams.find(channel).map(Upstream::deleted).orElse(true)) {
                endTasksOf(channel);
            }
        }
    }

    /** Of a deleted channel. Where they cannot be ended, it is tried again when all open tasks are read anew. */
    private void endTasksOf(long channel) {
        try {
            deletions.channelDeleted(channel);
            rounds.gone(channel);
        } catch (SQLException | RuntimeException e) {
            rounds.cannotEnd(channel, String.valueOf(e.getMessage()));
        }
    }

    private List<Open> read(Connection connection, String condition) throws SQLException {
        long now = System.nanoTime();
        String age = "extract(epoch from current_timestamp - coalesce(taken_at, current_timestamp))";
        try (PreparedStatement select = connection.prepareStatement(OPEN.formatted(age, condition))) {
            select.setFetchSize(1_000);
            if (!condition.isEmpty()) {
                select.setLong(1, OVERLAP.plus(interval.multipliedBy(2)).toMillis());
            }
            try (ResultSet rows = select.executeQuery()) {
                List<Open> found = new ArrayList<>();
                while (rows.next()) {
                    long since = now - (long) (rows.getDouble(4) * 1e9);
                    found.add(new Open(rows.getLong(1), rows.getString(2), rows.getLong(3), now, since));
                }
                return found;
            }
        }
    }

    /** How many tasks of each channel this member asks after. */
    Map<Long, Integer> open() {
        return book.sizes();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

package org.taskcenter.account;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.taskcenter.store.Database;
import org.taskcenter.store.OneNumber;

/**
 * Whom tokens stand for. What was found once is remembered, so that a request costs no round trip; one thread looks twice a
 * second whether any member has changed an account or a token, and if so everything is forgotten.
 *
 * <p>While the database is away, what is remembered goes on holding for {@link #LONGEST_BLIND}; after that, and for tokens not
 * seen before, nobody is let in and nobody is told that a token is wrong.
 */
public final class Identities implements AutoCloseable {
    static final Duration LONGEST_BLIND = Duration.ofSeconds(60);
    static final int MOST = 10_000;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Database database;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final LastUses uses;
    private final Throttle throttle;
    private final Refusals refusals = new Refusals();
    private final Thread watch;

    /** By the hash of the token. A new map takes its place where what it holds may be out of date. */
    private volatile ConcurrentHashMap<String, Identity> known = new ConcurrentHashMap<>();

    private final List<Runnable> whenForgotten = new CopyOnWriteArrayList<>();
    private volatile long version = -1;
    private volatile long sawDatabase;
    private volatile boolean blind;

    /** @param threads makes the thread that looks for changes */
    public Identities(Database database, Clock clock, ThreadFactory threads) {
        this(database, clock, threads, System::nanoTime);
    }

    Identities(Database database, Clock clock, ThreadFactory threads, LongSupplier nanoTime) {
        this.database = database;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.sawDatabase = nanoTime.getAsLong();
        this.uses = new LastUses(database);
        this.throttle = new Throttle(nanoTime);
        this.watch = threads.newThread(this::watch);
    }

    /** Begins to look for changes that other members make. */
    public Identities start() {
        watch.start();
        return this;
    }

    /** What an Authorization header gives access to, at this moment, of a request that comes from there. */
    public Access access(String header, ClientAddress from) {
        String token = TokenText.of(header);
        if (token == null) {
            return Access.NO_TOKEN;
        }
        String hash = TokenText.hash(token);
        if (throttle.isFamiliar(hash, from)) {
            return refusals.counted(familiar(hash, from));
        }
        return refusals.counted(throttle.mayTry(from) ? tried(hash, from) : Access.THROTTLED);
    }

    /** How many tokens were refused here since the start: unknown, expired, disabled, throttled, unavailable. */
    public Map<String, Long> refusals() {
        return refusals.all();
    }

    private Access familiar(String hash, ClientAddress from) {
        try {
            Identity identity = identity(hash);
            if (identity != null) {
                return judge(identity);
            }
            throttle.wrong(hash, from);
            return Access.UNKNOWN;
        } catch (SQLException e) {
            return unavailable(e);
        }
    }

    private Access tried(String hash, ClientAddress from) {
        try {
            Identity identity = identity(hash);
            if (identity == null) {
                return Access.UNKNOWN;
            }
            throttle.right(hash, from);
            return judge(identity);
        } catch (SQLException e) {
            throttle.takeBack(from);
            return unavailable(e);
        }
    }

    private static Access unavailable(SQLException e) {
        AccountLog.LOG.cannotLookUp(e.toString());
        return Access.UNAVAILABLE;
    }

    /** From now on everything is looked up anew. For changes made by this member; those of others are found by themselves. */
    public void forget() {
        known = new ConcurrentHashMap<>();
        whenForgotten.forEach(Runnable::run);
    }

    /** Adds what is to happen whenever an account may have changed, on this member or another. */
    void whenForgotten(Runnable action) {
        whenForgotten.add(action);
    }

    /** Looks once whether anything has changed. */
    void refresh() throws SQLException {
        long latest = database.statement(Identities::version);
        if (latest != version) {
            forget();
            version = latest;
        }
        sawDatabase = nanoTime.getAsLong();
    }

    @Override
    public void close() {
        watch.interrupt();
        uses.store();
    }

    private Access judge(Identity identity) {
        if (nanoTime.getAsLong() - sawDatabase > LONGEST_BLIND.toNanos()) {
            return Access.UNAVAILABLE;
        }
        Instant now = clock.instant();
        if (identity.isExpired(now)) {
            return Access.EXPIRED;
        }
        if (!identity.enabled()) {
            return Access.DISABLED;
        }
        uses.note(identity.token(), now);
        return Access.granted(identity);
    }

    private Identity identity(String hash) throws SQLException {
        // What is found goes where it was missed: if a change comes in between, that map is no longer looked at.
        ConcurrentHashMap<String, Identity> map = known;
        Identity identity = map.get(hash);
        if (identity != null) {
            return identity;
        }
        if (blind) {
            throw new SQLException("the database is away");
        }
        Identity found = database.statement(connection -> read(connection, hash));
        if (found != null) {
            if (map.size() >= MOST) {
                map.clear();
            }
            map.put(hash, found);
        }
        return found;
    }

    private void watch() {
        try {
            for (int looks = 1; ; looks++) {
                try {
                    refresh();
                    seeing(true, "");
                    if (looks % 60 == 0) {
                        uses.store();
                    }
                } catch (SQLException | RuntimeException e) {
                    seeing(false, e.toString());
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void seeing(boolean sees, String reason) {
        if (sees == blind) {
            blind = !sees;
            if (sees) {
                AccountLog.LOG.seesAgain();
            } else {
                AccountLog.LOG.blind(LONGEST_BLIND.toSeconds(), reason);
            }
        }
    }

    private static long version(Connection connection) throws SQLException {
        return OneNumber.of(connection, "select version from identity");
    }

    private static Identity read(Connection connection, String hash) throws SQLException {
        try (var select =
                connection.prepareStatement("select t.id, t.scopes, t.expires_at, a.id, a.name, a.role, a.enabled"
                        + " from token t join account a on a.id = t.account_id where t.hash = ? and not a.deleted")) {
            select.setString(1, hash);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                OffsetDateTime expires = row.getObject(3, OffsetDateTime.class);
                long account = row.getLong(4);
                Caller caller = new Caller(
                        account,
                        row.getString(5),
                        Role.of(row.getString(6)).orElse(Role.USER),
                        names(connection, "select name from account_from where account_id = ?", account),
                        names(connection, "select name from account_source where account_id = ?", account));
                return new Identity(
                        row.getLong(1),
                        Scope.read(row.getString(2)),
                        expires == null ? null : expires.toInstant(),
                        caller,
                        row.getBoolean(7));
            }
        }
    }

    private static Set<String> names(Connection connection, String sql, long account) throws SQLException {
        try (var select = connection.prepareStatement(sql)) {
            select.setLong(1, account);
            try (var rows = select.executeQuery()) {
                Set<String> names = new HashSet<>();
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
                return Set.copyOf(names);
            }
        }
    }
}

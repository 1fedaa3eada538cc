package org.taskcenter.cluster;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.taskcenter.store.Database;

/**
 * Wakes other members by NOTIFY and hears them by LISTEN on one connection of its own. Hints are merged for some
 * milliseconds and never sent in the transaction that causes them: a NOTIFY for each task would halve the rate of accepting.
 */
public final class PostgresWakeup implements Wakeup {
    private static final String CHANNEL = "taskcenter";
    private static final Pattern LANE = Pattern.compile("(\\d{1,9}):(-?\\d{1,9})");
    private static final String STOP = "stop";
    private static final String LOOK = "look";
    private static final int MOST_HINTS = 200;
    private static final long MERGE_NANOS = 5_000_000;
    private static final long RETRY_NANOS = 1_000_000_000;
    private static final int LISTEN_MILLIS = 1_000;
    private static final int SILENT_ROUNDS = 30;
    private static final int ANSWER_SECONDS = 5;
    private static final long JOIN_MILLIS = 5_000;

    private final Database database;
    private final Callable<Connection> connections;
    private final LongSupplier member;
    private final BooleanSupplier alone;
    private final Listener listener;
    private final Thread hearing;
    private final Thread telling;

    private final Set<String> pending = new LinkedHashSet<>();
    private volatile boolean stopping;
    private volatile boolean deaf = true;
    private boolean mute;
    private boolean told;

    /** Who is to know what others tell. */
    public interface Listener {
        /** Another member has stored tasks in this lane. */
        void waiting(Hint hint);

        /** Another member has stored tasks in more lanes than it could name. */
        void look();

        /** Another member has asked for running tasks to be stopped, perhaps this member's. */
        void stopAsked();
    }

    /**
     * @param connections makes unpooled connections
     * @param member the present incarnation of this member
     * @param alone whether there is nobody to tell
     */
    public PostgresWakeup(
            Database database,
            Callable<Connection> connections,
            LongSupplier member,
            BooleanSupplier alone,
            Listener listener,
            ThreadFactory threads) {
        this.database = database;
        this.connections = connections;
        this.member = member;
        this.alone = alone;
        this.listener = listener;
        this.hearing = threads.newThread(this::hear);
        this.telling = threads.newThread(this::tell);
    }

    public void start() {
        hearing.start();
        telling.start();
    }

    /** Ends both threads. */
    public void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(telling);
        LockSupport.unpark(hearing);
        telling.join(JOIN_MILLIS);
        hearing.join(JOIN_MILLIS);
    }

    @Override
    public void waiting(List<Hint> hints) {
        if (alone.getAsBoolean()) {
            return;
        }
        boolean first;
        synchronized (pending) {
            first = pending.isEmpty();
            for (Hint hint : hints) {
                if (pending.size() >= MOST_HINTS) {
                    pending.add(LOOK);
                    break;
                }
                pending.add(hint.lane() + ":" + hint.priority());
            }
        }
        if (first) {
            LockSupport.unpark(telling);
        }
    }

    @Override
    public void stopAsked() {
        if (alone.getAsBoolean()) {
            return;
        }
        synchronized (pending) {
            pending.add(STOP);
        }
        LockSupport.unpark(telling);
    }

    private void tell() {
        while (!stopping) {
            List<String> words;
            synchronized (pending) {
                words = new ArrayList<>(pending);
                pending.clear();
            }
            if (words.isEmpty()) {
                LockSupport.park(this);
                continue;
            }
            try {
                notify(member.getAsLong() + " " + String.join(",", words));
                mute = false;
            } catch (SQLException | RuntimeException e) {
                // The others look by themselves, a little later.
                if (!mute) {
                    mute = true;
                    ClusterLog.LOG.notTelling(String.valueOf(e.getMessage()));
                }
            }
            LockSupport.parkNanos(this, MERGE_NANOS);
        }
    }

    private void notify(String payload) throws SQLException {
        database.statement(connection -> {
            try (PreparedStatement select = connection.prepareStatement("select pg_notify(?, ?)")) {
                select.setString(1, CHANNEL);
                select.setString(2, payload);
                return select.execute();
            }
        });
    }

    private void hear() {
        while (!stopping) {
            try (Connection connection = connections.call()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("listen " + CHANNEL);
                }
                deaf = false;
                told = false;
                // What was said while nobody listened.
                listener.look();
                listener.stopAsked();
                listen(connection);
            } catch (Exception e) {
                deaf = true;
                if (!stopping) {
                    if (!told) {
                        told = true;
                        ClusterLog.LOG.notListening(String.valueOf(e.getMessage()));
                    }
                    LockSupport.parkNanos(this, RETRY_NANOS);
                }
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        int silent = 0;
        while (!stopping) {
            PGNotification[] heard = postgres.getNotifications(LISTEN_MILLIS);
            if (heard != null && heard.length > 0) {
                silent = 0;
                for (PGNotification notification : heard) {
                    take(notification.getParameter());
                }
            } else if (++silent % SILENT_ROUNDS == 0 && !connection.isValid(ANSWER_SECONDS)) {
                // A connection that was cut in silence says nothing for ever.
                throw new SQLException("The connection has been lost.");
            }
        }
    }

    private void take(String payload) {
        int blank = payload.indexOf(' ');
        if (payload.substring(0, Math.max(0, blank)).equals(String.valueOf(member.getAsLong()))) {
            return;
        }
        for (String word : payload.substring(blank + 1).split(",")) {
            Matcher lane = LANE.matcher(word);
            if (word.equals(STOP)) {
                listener.stopAsked();
            } else if (lane.matches()) {
                listener.waiting(new Hint(Integer.parseInt(lane.group(1)), Integer.parseInt(lane.group(2))));
            } else {
                // Also what a newer version may say.
                listener.look();
            }
        }
    }

    /** Whether it hears the others at this moment. */
    public boolean isHealthy() {
        return !deaf;
    }
}

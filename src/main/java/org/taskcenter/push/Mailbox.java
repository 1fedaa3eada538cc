package org.taskcenter.push;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.call.CallEnds.Found;
import org.taskcenter.dispatch.Successors;
import org.taskcenter.push.Line.Flight;
import org.taskcenter.store.Database;

/**
 * Sends results that are held to their senders, over the connections that these have open to this member.
 *
 * <p>A result is taken for delivery by one member and sent over one connection. It is delivered when its client acknowledges
 * it. For a client that has never acknowledged anything it is delivered when it was written and the other end of the
 * connection has answered a ping that came behind it, or has closed the connection in good order: what is on its way to
 * somebody who does not read looks written, too. What a connection leaves undelivered is sent over the next one.
 *
 * <p>One loop does all of it. It is woken by what is held and acknowledged here; a look once a second finds what other members
 * have held. It does not die: without a database it goes on trying.
 */
public final class Mailbox implements AutoCloseable {
    private static final int WINDOW = 500;
    private static final int PORTION = 100;
    private static final long MOST_QUEUED = 4 << 20;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_MILLIS = 250;
    private static final long DESERTED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long JOIN_MILLIS = 5_000;

    private final Database database;
    private final boolean postgres;
    private final LongSupplier member;
    private final BooleanSupplier mayWork;
    private final Bodies bodies;
    private final Deserted deserted;
    private final Presence presence;
    private final Thread thread;

    private final Set<Line> lines = new HashSet<>();
    private final Set<String> acknowledging = new HashSet<>();
    private final Set<String> newlyAcknowledging = new HashSet<>();
    private final List<Held.Row> toRelease = new ArrayList<>();
    private final List<Held.Row> delivered = new ArrayList<>();
    private boolean signalled;
    private boolean lookDue;
    private long nextDeserted = System.nanoTime();
    private boolean failing;
    private volatile boolean stopping;

    /**
     * @param postgres whether the database is PostgreSQL, and not H2
     * @param member the present incarnation of this member
     * @param mayWork whether it is alive, as far as it knows
     */
    Mailbox(
            Database database,
            boolean postgres,
            LongSupplier member,
            BooleanSupplier mayWork,
            Bodies bodies,
            Successors<Push> pushes,
            ThreadFactory threads) {
        this.database = database;
        this.postgres = postgres;
        this.member = member;
        this.mayWork = mayWork;
        this.bodies = bodies;
        this.deserted = new Deserted(database, pushes);
        this.presence = new Presence(database);
        this.thread = threads.newThread(this::loop);
    }

    public void start() {
        thread.start();
    }

    /** A connection has been opened: results are sent over it from now on. */
    public synchronized Line open(Outlet outlet) {
        Line line = new Line(outlet);
        if (stopping) {
            outlet.close(Outlet.Reason.STOPPING, "the centre is stopping: connect again in some seconds");
            line.closed = true;
            return line;
        }
        lines.add(line);
        wake();
        return line;
    }

    /** A connection has ended: what it has not delivered is sent over the next one. */
    public synchronized void closed(Line line) {
        if (!line.closed) {
            line.closed = true;
            lines.remove(line);
            line.flights.values().forEach(flight -> toRelease.add(flight.row));
            line.flights.clear();
            wake();
        }
    }

    /**
     * The other side has closed a connection in good order: clients that do not acknowledge have what was written to them. The
     * rest is as in {@link #closed}.
     */
    public synchronized void left(Line line) {
        if (!stopping) {
            delivered(line, unconfirmed(line));
        }
        closed(line);
    }

    /** A client says that it has a result; over whatever connection. */
    public synchronized void acknowledged(String client, String id) {
        if (acknowledging.add(client)) {
            newlyAcknowledging.add(client);
        }
        for (Line line : lines) {
            line.flights.values().removeIf(flight -> {
                boolean meant = flight.id.equals(id) && flight.row.client().equals(client);
                return meant && delivered.add(flight.row);
            });
        }
        wake();
    }

    /** Results have been held for these clients. */
    synchronized void heldFor(Set<String> clients) {
        if (lines.stream().anyMatch(line -> line.clients.stream().anyMatch(clients::contains))) {
            wake();
        }
    }

    private synchronized void wake() {
        signalled = true;
        notifyAll();
    }

    @Override
    public void close() {
        List<Line> open;
        synchronized (this) {
            stopping = true;
            open = List.copyOf(lines);
            wake();
        }
        open.forEach(line ->
                line.outlet.close(Outlet.Reason.STOPPING, "the centre is stopping: connect again in some seconds"));
        open.forEach(this::closed);
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        boolean last = false;
        while (!last) {
            last = stopping;
            try {
                turn();
                failing = false;
            } catch (SQLException | RuntimeException | Error e) {
                if (!failing) {
                    failing = true;
                    PushLog.LOG.mailboxFails(e);
                }
                pause();
            }
            if (!last && !awaitNews()) {
                return;
            }
        }
    }

    private synchronized boolean awaitNews() {
        try {
            long end = System.nanoTime() + LOOK_NANOS;
            for (long left = LOOK_NANOS; !signalled && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            lookDue |= !signalled;
            signalled = false;
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() throws SQLException {
        Set<String> clients = lookAfterLines();
        presence.tell(member.getAsLong(), clients);
        storeAcknowledging();
        confirmWritten();
        settleDelivered();
        release();
        if (stopping || !mayWork.getAsBoolean()) {
            return;
        }
        deliver();
        if (System.nanoTime() - nextDeserted >= 0) {
            nextDeserted = System.nanoTime() + DESERTED_NANOS;
            deserted.push();
        }
    }

    /** Sees to it that lines are in order; returns whose they are. */
    private Set<String> lookAfterLines() throws SQLException {
        List<Line> all;
        boolean tend;
        synchronized (this) {
            all = List.copyOf(lines);
            tend = lookDue;
            lookDue = false;
        }
        Set<String> clients = new HashSet<>();
        Set<String> fresh = new HashSet<>();
        for (Line line : all) {
            Optional<Set<String>> its = line.outlet.clients();
            if (its.isEmpty()) {
                line.outlet.close(Outlet.Reason.NOT_ALLOWED, "the token is not valid any more");
                closed(line);
                continue;
            }
            if (tend) {
                line.outlet.tend();
            }
            clients.addAll(its.get());
            synchronized (this) {
                its.get().stream()
                        .filter(client -> !line.clients.contains(client))
                        .forEach(fresh::add);
            }
        }
        Set<String> known = fresh.isEmpty() ? Set.of() : presence.acknowledging(fresh);
        synchronized (this) {
            acknowledging.addAll(known);
            for (Line line : all) {
                line.clients = line.closed ? Set.of() : line.outlet.clients().orElse(Set.of());
            }
        }
        return clients;
    }

    private void storeAcknowledging() throws SQLException {
        Set<String> clients;
        synchronized (this) {
            clients = Set.copyOf(newlyAcknowledging);
        }
        if (!clients.isEmpty()) {
            presence.acknowledge(clients);
            synchronized (this) {
                newlyAcknowledging.removeAll(clients);
            }
        }
    }

    private void settleDelivered() throws SQLException {
        List<Held.Row> rows;
        synchronized (this) {
            rows = new ArrayList<>(delivered);
        }
        if (rows.isEmpty()) {
            return;
        }
        List<Held.Row> ordered = rows.stream().sorted(Mailbox::inOrder).toList();
        database.transaction(connection -> Held.delete(connection, ordered));
        synchronized (this) {
            delivered.subList(0, rows.size()).clear();
        }
    }

    /** What clients that do not acknowledge have got counts as delivered when their side of the connection has taken it. */
    private void confirmWritten() {
        Map<Line, List<Flight>> toConfirm = new HashMap<>();
        synchronized (this) {
            for (Line line : lines) {
                List<Flight> written = line.confirming ? List.of() : unconfirmed(line);
                if (!written.isEmpty()) {
                    line.confirming = true;
                    toConfirm.put(line, written);
                }
            }
        }
        toConfirm.forEach((line, flights) -> line.outlet.confirm(() -> confirmed(line, flights)));
    }

    private List<Flight> unconfirmed(Line line) {
        return line.flights.values().stream()
                .filter(flight -> flight.written && !acknowledging.contains(flight.row.client()))
                .toList();
    }

    private synchronized void confirmed(Line line, List<Flight> flights) {
        line.confirming = false;
        delivered(line, flights);
        wake();
    }

    /** Not what is of clients that have begun to acknowledge meanwhile. */
    private void delivered(Line line, List<Flight> flights) {
        for (Flight flight : flights) {
            if (!acknowledging.contains(flight.row.client()) && line.flights.remove(flight.row.end(), flight)) {
                delivered.add(flight.row);
            }
        }
    }

    private static int inOrder(Held.Row one, Held.Row other) {
        int byClient = one.client().compareTo(other.client());
        return byClient != 0
                ? byClient
                : Long.compare(one.end().task(), other.end().task());
    }

    private void release() throws SQLException {
        Map<String, List<End>> byClient = new HashMap<>();
        List<Held.Row> rows;
        synchronized (this) {
            rows = List.copyOf(toRelease);
        }
        if (rows.isEmpty()) {
            return;
        }
        for (Held.Row row : rows) {
            byClient.computeIfAbsent(row.client(), client -> new ArrayList<>()).add(row.end());
        }
        database.transaction(connection -> {
            for (Map.Entry<String, List<End>> each : byClient.entrySet()) {
                Held.release(connection, each.getKey(), each.getValue());
            }
            return null;
        });
        synchronized (this) {
            toRelease.subList(0, rows.size()).clear();
        }
    }

    private void deliver() throws SQLException {
        Set<String> open = new HashSet<>();
        synchronized (this) {
            for (Line line : lines) {
                if (room(line) > 0) {
                    open.addAll(line.clients);
                }
            }
        }
        if (open.isEmpty()) {
            return;
        }
        for (String client : database.statement(connection -> Held.waiting(connection, open))) {
            deliver(client);
        }
    }

    private int room(Line line) {
        return line.room(WINDOW, MOST_QUEUED, acknowledging);
    }

    private void deliver(String client) throws SQLException {
        int room;
        synchronized (this) {
            room = lines.stream()
                    .filter(line -> line.clients.contains(client))
                    .mapToInt(this::room)
                    .sum();
        }
        int limit = Math.min(room, PORTION);
        if (limit == 0) {
            return;
        }
        long me = member.getAsLong();
        List<End> ends = database.transaction(connection -> Held.pull(connection, postgres, me, client, limit));
        List<Held.Row> undelivered = new ArrayList<>();
        ends.forEach(end -> undelivered.add(new Held.Row(client, end, 0, null)));
        try {
            send(client, undelivered);
        } finally {
            synchronized (this) {
                toRelease.addAll(undelivered);
                if (ends.size() == limit && undelivered.isEmpty()) {
                    wake();
                }
            }
        }
    }

    /** Sends results; those that are on their way, or gone, are taken from the list. */
    private void send(String client, List<Held.Row> rows) throws SQLException {
        Map<End, Found> found = bodies.read(rows.stream().map(Held.Row::end).toList());
        for (Held.Row row : List.copyOf(rows)) {
            Found result = found.get(row.end());
            if (result == null) {
                database.transaction(connection -> Held.delete(connection, List.of(row)));
                rows.remove(row);
                continue;
            }
            Bodies.Body body = bodies.of(row.end(), result);
            if (body.bytes() == null) {
                continue;
            }
            Flight flight = new Flight(row, result.status().id());
            Line line = board(client, flight);
            if (line == null) {
                bodies.giveBack(body);
                return;
            }
            rows.remove(row);
            line.outlet.send(body.bytes(), written -> {
                bodies.giveBack(body);
                if (written) {
                    written(line, flight);
                }
            });
        }
    }

    /** Puts a result on the line that has the most room; null where there is none any more. */
    private synchronized Line board(String client, Flight flight) {
        Line best = null;
        int most = 0;
        for (Line line : lines) {
            int room = line.clients.contains(client) ? room(line) : 0;
            if (room > most) {
                best = line;
                most = room;
            }
        }
        if (best != null) {
            best.flights.put(flight.row.end(), flight);
        }
        return best;
    }

    private synchronized void written(Line line, Flight flight) {
        flight.written = true;
        if (line.outlet.queued() == 0) {
            wake();
        }
    }
}

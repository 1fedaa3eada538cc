package org.taskcenter.gate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The connections there are, and who waits for one. Whoever is granted a place uses a connection that stands or makes
 * one, and gives the place back. A host that is full holds up only those who want it.
 *
 * <p>Why not one of HttpCore's pools: the strict one walks over all who wait for a full host whenever any other host's
 * connection comes back, the lax one never forgets a host, and none closes what a cancelled caller was connecting.
 */
final class Connections {
    /** Somebody who wants a connection. */
    interface Taker {
        /**
         * Here is a place; called once, without locks.
         *
         * @param connection to be used, or null where one is to be made
         */
        void granted(Connection connection);
    }

    private static final class Host {
        final Route route;
        final Deque<Connection> idle = new ArrayDeque<>();
        final Deque<Taker> waiting = new ArrayDeque<>();
        int places;

        Host(Route route) {
            this.route = route;
        }
    }

    private record Grant(Taker taker, Connection connection) {
        void hand() {
            taker.granted(connection);
        }
    }

    private static final long DISTRUST_NANOS = 60_000_000_000L;

    private final int perHost;
    private final int total;
    private final Map<Route, Host> hosts = new HashMap<>();
    /** Those that could have another connection, were there not so many in total. */
    private final Set<Host> starved = new LinkedHashSet<>();

    /** Those that close connections just when they are used again, and until when none are kept to them. */
    private final Map<Route, Long> distrusted = new HashMap<>();

    /** Out of the table, to be closed when the lock is free: closing takes locks of its own. */
    private final Queue<Connection> doomed = new ConcurrentLinkedQueue<>();

    private int places;

    Connections(int perHost, int total) {
        this.perHost = perHost;
        this.total = total;
    }

    /** Grants a place: before this returns where there is one, else later. */
    void take(Route route, Taker taker) {
        Grant grant;
        synchronized (this) {
            Host host = hosts.computeIfAbsent(route, Host::new);
            host.waiting.add(taker);
            grant = serve(host);
        }
        closeDoomed();
        if (grant != null) {
            grant.hand();
        }
    }

    /** For a taker that has not been granted a place and does not want one any more. */
    synchronized void forget(Route route, Taker taker) {
        Host host = hosts.get(route);
        if (host != null && host.waiting.remove(taker)) {
            tidy(host);
        }
    }

    /** Gives a place back, and a connection that others may use for so long. */
    void giveBack(Connection connection, long idleNanos) {
        if (isDistrusted(connection.route())) {
            connection.close();
            giveBack(connection.route());
            return;
        }
        Grant grant;
        synchronized (this) {
            Host host = hosts.get(connection.route());
            connection.idleFor(idleNanos);
            host.idle.push(connection);
            grant = serve(host);
            if (grant == null) {
                grant = serveStarved();
            }
        }
        closeDoomed();
        if (grant != null) {
            grant.hand();
        }
    }

    /** Gives a place back whose connection is closed or was never made. */
    void giveBack(Route route) {
        Grant grant;
        synchronized (this) {
            Host host = hosts.get(route);
            leave(host);
            grant = serveStarved();
            if (grant == null) {
                grant = serve(host);
            } else if (!host.waiting.isEmpty()) {
                starved.add(host);
            }
            tidy(host);
        }
        closeDoomed();
        if (grant != null) {
            grant.hand();
        }
    }

    /** For a while keeps no connections to this server, which has closed one just when it was used again. */
    synchronized void distrust(Route route) {
        distrusted.put(route, System.nanoTime() + DISTRUST_NANOS);
    }

    private synchronized boolean isDistrusted(Route route) {
        return distrusted.containsKey(route);
    }

    /** Closes what has been idle for too long. */
    void closeIdle() {
        List<Grant> grants = new ArrayList<>();
        synchronized (this) {
            distrusted.values().removeIf(until -> System.nanoTime() - until >= 0);
            for (Host host : List.copyOf(hosts.values())) {
                for (Iterator<Connection> all = host.idle.iterator(); all.hasNext(); ) {
                    Connection connection = all.next();
                    if (!connection.isUsable()) {
                        all.remove();
                        leave(host);
                        doomed.add(connection);
                    }
                }
                tidy(host);
            }
            for (Grant grant = serveStarved(); grant != null; grant = serveStarved()) {
                grants.add(grant);
            }
        }
        closeDoomed();
        grants.forEach(Grant::hand);
    }

    /** How many connections stand, idle ones too, or are being made. */
    synchronized int count() {
        return places;
    }

    private Grant serve(Host host) {
        if (host.waiting.isEmpty()) {
            return null;
        }
        Connection connection = pollUsable(host);
        if (connection == null) {
            if (host.places >= perHost) {
                return null;
            }
            if (places >= total && !closeSomeIdle()) {
                starved.add(host);
                return null;
            }
            host.places++;
            places++;
        }
        return new Grant(host.waiting.poll(), connection);
    }

    private Grant serveStarved() {
        while (!starved.isEmpty()) {
            Host host = starved.iterator().next();
            starved.remove(host);
            Grant grant = serve(host);
            if (!host.waiting.isEmpty() && host.places < perHost) {
                starved.add(host);
            }
            if (grant != null || starved.contains(host)) {
                return grant;
            }
        }
        return null;
    }

    private Connection pollUsable(Host host) {
        for (Connection connection = host.idle.poll(); connection != null; connection = host.idle.poll()) {
            if (connection.isUsable()) {
                return connection;
            }
            doomed.add(connection);
            leave(host);
        }
        return null;
    }

    private boolean closeSomeIdle() {
        for (Host host : hosts.values()) {
            Connection oldest = host.idle.pollLast();
            if (oldest != null) {
                doomed.add(oldest);
                leave(host);
                tidy(host);
                return true;
            }
        }
        return false;
    }

    private void closeDoomed() {
        for (Connection connection = doomed.poll(); connection != null; connection = doomed.poll()) {
            connection.close();
        }
    }

    private void leave(Host host) {
        host.places--;
        places--;
    }

    private void tidy(Host host) {
        if (host.waiting.isEmpty()) {
            starved.remove(host);
            if (host.places == 0) {
                hosts.remove(host.route);
            }
        }
    }
}

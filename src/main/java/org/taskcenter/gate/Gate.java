package org.taskcenter.gate;

import java.net.InetAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * The only door to the outside: sends HTTP requests to wherever clients say, and sees to it that this harms nobody.
 *
 * <p>What is refused ({@link Failure.Kind#FORBIDDEN}), with nothing sent:
 *
 * <ul>
 *   <li>URLs that are not http or https, hold a user name or password, name no host, or a port outside 1 to 65535;
 *   <li>hosts that end in a number and are not an IPv4 address in four decimal numbers without leading zeros, hosts with
 *       percent signs or other characters that no host name has, IPv6 addresses with a zone. International names are
 *       converted (full-width digits and dots among it) before they are judged; case and a final dot do not matter;
 *   <li>addresses that are not of the public internet (listed at {@link AddressRules}), unless an operator has allowed
 *       them, as written in the URL or found for its host name. Of several addresses of a name the allowed ones are used.
 * </ul>
 *
 * <p>A name is looked up once, each of its addresses is judged, and exactly the judged ones are connected to: there is
 * no second look-up that could answer otherwise. Redirects are not followed, cookies and credentials not kept, no proxy
 * is used; a server's certificate must be valid and of that host. Whatever a server answers, at most
 * {@link Request#maxBody} bytes are read, heads of at most 200 lines of 16 KiB, at most 20 interim answers, and nothing
 * after the request's time-out.
 *
 * <p>No method blocks, results are told by I/O threads. A connection that is used again and turns out to have been closed
 * by its server is replaced once, where nothing was sent or the method is idempotent.
 */
public final class Gate implements AutoCloseable {
    private static final long WATCH_MILLIS = 20;
    private static final long TIDY_NANOS = 500_000_000L;
    private static final int MOST_WAITING_LOOKUPS = 10_000;
    private static final String CLOSED = "the centre is stopping";

    private final AddressRules rules;
    private final Limits limits;
    private final ThreadFactory threads;
    private final SSLContext tls;
    private final ThreadPoolExecutor lookupThreads;
    private final Lookups lookups;
    private final Connections connections;
    private final LargeBodies largeBodies;
    private final Set<Flight> flights = ConcurrentHashMap.newKeySet();
    private final Refusals refusals = new Refusals();
    private final Thread watch;
    private volatile Reactor reactor;
    private volatile boolean closed;
    private long tidied = System.nanoTime();

    /**
     * Opens the gate.
     *
     * @param threads makes the I/O threads, one that watches the time, and those of the look-ups
     */
    public Gate(AddressRules rules, Limits limits, ThreadFactory threads) {
        this(rules, limits, threads, InetAddress::getAllByName, defaultTls());
    }

    Gate(AddressRules rules, Limits limits, ThreadFactory threads, Lookups.NameServer names, SSLContext tls) {
        this.rules = rules;
        this.limits = limits;
        this.threads = threads;
        this.tls = tls;
        lookupThreads = new ThreadPoolExecutor(
                limits.lookups(),
                limits.lookups(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("gate-lookup"));
        lookupThreads.allowCoreThreadTimeOut(true);
        int share = Math.max(1, limits.lookups() / 16);
        lookups = new Lookups(rules, names, new Turns(lookupThreads, share, MOST_WAITING_LOOKUPS));
        connections = new Connections(limits.perHost(), limits.total());
        largeBodies = new LargeBodies(limits.largeBodies());
        reactor = startedReactor();
        watch = named("gate-watch").newThread(this::watch);
        watch.start();
    }

    /**
     * Sends a request.
     *
     * @param whenDone told the result, exactly once: by an I/O thread as a rule, by the caller before this returns where
     *     it fails at once. It must be quick and must not block: it holds up others.
     */
    public Exchange send(Request request, Consumer<Result> whenDone) {
        long start = System.nanoTime();
        Target target;
        try {
            target = checked(request.uri());
        } catch (BadTarget e) {
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            tell(whenDone, new Failure(Failure.Kind.FORBIDDEN, e.getMessage(), took));
            return () -> {};
        }
        Flight flight = new Flight(this, request, target, whenDone);
        flights.add(flight);
        if (closed) {
            flight.end(Failure.Kind.STOPPED, CLOSED);
        } else {
            flight.begin();
        }
        return flight;
    }

    /**
     * Why a URL is refused as it is written, with nothing looked up: a host name is judged when it is sent to.
     *
     * @return the reason for whoever wrote it
     */
    public Optional<String> whyForbidden(URI uri) {
        try {
            checked(uri);
            return Optional.empty();
        } catch (BadTarget e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Why a URL can be called from nowhere: it names no server.
     *
     * @return the reason for whoever wrote it; empty also where the URL is merely forbidden here
     */
    public static Optional<String> whyMalformed(URI uri) {
        try {
            Target.of(uri);
            return Optional.empty();
        } catch (BadTarget e) {
            return e.isMalformed() ? Optional.of(e.getMessage()) : Optional.empty();
        }
    }

    /**
     * The server that a URL leads to, by host and port, in one spelling however the URL has it.
     *
     * @throws IllegalArgumentException where it leads to none
     */
    public static String server(URI uri) {
        try {
            return Target.of(uri).route().toString();
        } catch (BadTarget e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** How many requests are under way. */
    public int underWay() {
        return flights.size();
    }

    /** How many targets were refused so far, by why; the reasons are of a bounded number. */
    public Map<String, Long> refusals() {
        return refusals.counts();
    }

    /** How many connections stand, idle ones among them, or are being made. */
    public int connectionCount() {
        return connections.count();
    }

    /** Ends everything under way as {@link Failure.Kind#STOPPED}, and everything sent later. */
    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        List.copyOf(flights).forEach(flight -> flight.end(Failure.Kind.STOPPED, CLOSED));
        lookupThreads.shutdownNow();
        reactor.close();
    }

    static String forbidden(String what) {
        return what + ", which may not be called from here; an operator can allow it by TASKCENTER_ALLOW_TARGETS";
    }

    private Target checked(URI uri) throws BadTarget {
        Target target = read(uri);
        if (target.literal() != null) {
            Optional<String> kind = rules.whyForbidden(target.literal());
            if (kind.isPresent()) {
                refusals.count(kind.get());
                throw new BadTarget(forbidden(target.route().host() + " is " + kind.get()));
            }
        }
        return target;
    }

    private Target read(URI uri) throws BadTarget {
        try {
            return Target.of(uri);
        } catch (BadTarget e) {
            refusals.count(Refusals.URL);
            throw e;
        }
    }

    Limits limits() {
        return limits;
    }

    Lookups lookups() {
        return lookups;
    }

    Connections connections() {
        return connections;
    }

    LargeBodies largeBodies() {
        return largeBodies;
    }

    Dialing dialing(
            Route route, List<InetAddress> to, long nanos, Consumer<Connection> connected, Consumer<Exception> failed) {
        return new Dialing(reactor.initiator(), tls, route, to, nanos, connected, failed);
    }

    void landed(Flight flight, Consumer<Result> whenDone, Result result) {
        flights.remove(flight);
        if (result instanceof Failure failure && failure.kind() == Failure.Kind.FORBIDDEN) {
            refusals.count(Refusals.NAME);
        }
        tell(whenDone, result);
    }

    private static void tell(Consumer<Result> whenDone, Result result) {
        try {
            whenDone.accept(result);
        } catch (Exception | Error e) {
            GateLog.LOG.afterwardsFailed(e); // an I/O thread must survive it
        }
    }

    private void watch() {
        while (!closed) {
            try {
                Thread.sleep(WATCH_MILLIS);
                look();
            } catch (InterruptedException e) {
                // closed, or somebody's mistake: look at it above
            } catch (Exception | Error e) {
                GateLog.LOG.watchFailed(e);
            }
        }
    }

    private void look() {
        long now = System.nanoTime();
        flights.forEach(flight -> flight.check(now));
        if (!reactor.isHealthy() && !closed) {
            replaceReactor();
        }
        if (now - tidied > TIDY_NANOS) {
            tidied = now;
            connections.closeIdle();
            lookups.tidy();
        }
    }

    private void replaceReactor() {
        GateLog.LOG.ioThreadsReplaced();
        Reactor old = reactor;
        reactor = startedReactor();
        old.close();
        if (closed) {
            reactor.close();
        }
    }

    private Reactor startedReactor() {
        Reactor started = new Reactor(limits.ioThreads(), named("gate-io"));
        started.start();
        return started;
    }

    private ThreadFactory named(String name) {
        return runnable -> {
            Thread thread = threads.newThread(runnable);
            thread.setName(name);
            return thread;
        };
    }

    private static SSLContext defaultTls() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null); // the JVM's trusted authorities; no certificate of our own
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.taskcenter.gate;

import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.ProtocolIOSession;

/** A connection that stands, TLS included. */
final class Connection {
    /** After this a connection is not used again, so that a host that has moved is found at its new address. */
    private static final long LIFE_NANOS = 60_000_000_000L;

    private final Route route;
    private final ProtocolIOSession session;
    private final Wire wire;
    private final long since = System.nanoTime();
    private long idleUntil;

    Connection(Route route, ProtocolIOSession session, Wire wire) {
        this.route = route;
        this.session = session;
        this.wire = wire;
    }

    Route route() {
        return route;
    }

    Wire wire() {
        return wire;
    }

    /**
     * Sends a request. Where the connection has been closed meanwhile, the handler hears so without having been asked
     * for its request: bytes and the end of the connection are read before a request is written.
     */
    void execute(AsyncClientExchangeHandler handler) {
        session.enqueue(new RequestExecutionCommand(handler, HttpCoreContext.create()), Command.Priority.NORMAL);
    }

    boolean isOpen() {
        return session.isOpen() && wire.isOpen();
    }

    /** Called by {@link Connections}, with its lock. */
    void idleFor(long nanos) {
        long now = System.nanoTime();
        idleUntil = Math.min(now + nanos, since + LIFE_NANOS);
    }

    /** Called by {@link Connections}, with its lock. */
    boolean isUsable() {
        return System.nanoTime() - idleUntil < 0 && isOpen();
    }

    /** Ends it in the ordinary way, with nothing under way. */
    void close() {
        session.close(CloseMode.GRACEFUL);
    }

    /** Ends it at once. */
    void abort() {
        session.close(CloseMode.IMMEDIATE);
    }
}

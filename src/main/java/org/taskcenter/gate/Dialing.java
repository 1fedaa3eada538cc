package org.taskcenter.gate;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.nio.ssl.TlsSupport;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.Host;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.reactor.ssl.TransportSecurityLayer;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes one connection: tries the checked addresses in turn, then TLS with the certificate checked against the host's
 * name. Reports once, whatever happens beneath and in whatever order; what comes too late is closed.
 */
final class Dialing {
    private final ConnectionInitiator initiator;
    private final SSLContext tls;
    private final Route route;
    private final Iterator<InetAddress> addresses;
    private final Timeout timeoutEach;
    private final Consumer<Connection> connected;
    private final Consumer<Exception> failed;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Future<IOSession> connecting;
    private volatile IOSession securing;

    /**
     * @param timeoutNanos for all addresses together
     * @param connected or {@code failed} is called once, by an I/O thread or by whoever calls this class
     */
    Dialing(
            ConnectionInitiator initiator,
            SSLContext tls,
            Route route,
            List<InetAddress> addresses,
            long timeoutNanos,
            Consumer<Connection> connected,
            Consumer<Exception> failed) {
        this.initiator = initiator;
        this.tls = tls;
        this.route = route;
        this.addresses = addresses.iterator();
        this.timeoutEach = Timeout.ofMilliseconds(Math.max(1, timeoutNanos / 1_000_000 / addresses.size()));
        this.connected = connected;
        this.failed = failed;
    }

    void start() {
        try {
            connectToNext();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Ends it at once; it is then reported as failed. */
    void abort() {
        fail(new CancellationException());
    }

    /** Whether what comes now comes too late. */
    boolean isOver() {
        return over.get();
    }

    private void connectToNext() {
        InetSocketAddress address = new InetSocketAddress(addresses.next(), route.port());
        connecting = initiator.connect(endpoint(), address, null, timeoutEach, this, new Report<IOSession>() {
            @Override
            public void completed(IOSession session) {
                secure((ProtocolIOSession) session);
            }

            @Override
            public void failed(Exception cause) {
                if (over.get() || !addresses.hasNext()) {
                    fail(cause);
                } else {
                    start();
                }
            }
        });
        if (over.get()) {
            cleanUp();
        }
    }

    private void secure(ProtocolIOSession session) {
        if (!route.tls()) {
            succeed(session);
            return;
        }
        securing = session;
        session.startTls(tls, endpoint(), SSLBufferMode.STATIC, Dialing::verifyName, null, timeoutEach, new Report<>() {
            @Override
            public void completed(TransportSecurityLayer secured) {
                securing = null;
                succeed(session);
            }

            @Override
            public void failed(Exception cause) {
                fail(cause);
            }
        });
        if (over.get()) {
            cleanUp();
        }
    }

    private static void verifyName(NamedEndpoint endpoint, SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(TlsSupport.enforceStrongSecurity(parameters));
    }

    private void succeed(ProtocolIOSession session) {
        if (over.compareAndSet(false, true)) {
            connected.accept(new Connection(route, session, (Wire) session.getHandler()));
        } else {
            session.close(CloseMode.IMMEDIATE);
        }
    }

    private void fail(Exception cause) {
        if (over.compareAndSet(false, true)) {
            cleanUp();
            failed.accept(cause);
        }
    }

    /** Closes what has not become a connection. */
    private void cleanUp() {
        Future<IOSession> pending = connecting;
        if (pending != null) {
            pending.cancel(true);
        }
        IOSession session = securing;
        if (session != null) {
            session.close(CloseMode.IMMEDIATE);
        }
    }

    private NamedEndpoint endpoint() {
        return new Host(route.host(), route.port());
    }

    private abstract static class Report<T> implements FutureCallback<T> {
        @Override
        public void cancelled() {
            failed(new CancellationException());
        }
    }
}

package org.taskcenter.gate;

import java.nio.channels.ClosedSelectorException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.DefaultConnectingIOReactor;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** The threads that move the bytes of all connections. */
final class Reactor implements AutoCloseable {
    private final DefaultConnectingIOReactor reactor;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    Reactor(int ioThreads, ThreadFactory factory) {
        IOReactorConfig config = IOReactorConfig.custom()
                .setIoThreadCount(ioThreads)
                .setTcpNoDelay(true)
                .setSoKeepAlive(true)
                .setSoTimeout(Timeout.DISABLED) // Flight keeps the time
                .setSelectInterval(TimeValue.ofMilliseconds(500))
                .build();
        reactor = new DefaultConnectingIOReactor(
                Reactor::handler,
                config,
                runnable -> {
                    Thread thread = factory.newThread(runnable);
                    threads.add(thread);
                    return thread;
                },
                null,
                Reactor::report,
                null,
                null);
    }

    private static IOEventHandler handler(ProtocolIOSession session, Object dialing) {
        if (((Dialing) dialing).isOver()) {
            session.close(CloseMode.IMMEDIATE); // given up while it was connecting
        }
        return Wire.on(session);
    }

    private static void report(Exception cause) {
        if (!(cause instanceof ClosedSelectorException)) { // which is how close() ends its threads
            GateLog.LOG.ioProblem(cause);
        }
    }

    void start() {
        reactor.start();
    }

    ConnectionInitiator initiator() {
        return reactor;
    }

    /** Whether all its threads are alive: an Error in one of them, or an interrupt, ends it for good. */
    boolean isHealthy() {
        return threads.stream().allMatch(Thread::isAlive);
    }

    @Override
    public void close() {
        reactor.close(CloseMode.IMMEDIATE);
    }
}

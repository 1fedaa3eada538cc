package org.taskcenter.api.manager;

import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Identities;
import org.taskcenter.account.Scope;
import org.taskcenter.api.BodyRoom;
import org.taskcenter.push.Line;
import org.taskcenter.push.Mailbox;
import org.taskcenter.push.Outlet;

/**
 * The door for messages that come over a WebSocket: the same messages and the same answers as over HTTP, and results that are
 * held for the clients of whoever has opened it. One instance a connection.
 */
@ServerEndpoint(ManagerSocket.PATH)
public class ManagerSocket {
    static final String PATH = "/manager/ws";

    /** A sign of life is asked for so often, and a connection without one for twice that long is ended. */
    private static final Duration PING = Duration.ofSeconds(20);

    /** Who does not take a message for so long is cut off. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** With so much waiting to be written, messages of the other side are not read. */
    private static final long MOST_QUEUED = 2L << 20;

    @Inject
    Messages messages;

    @Inject
    BodyRoom room;

    @Inject
    Mailbox mailbox;

    @Inject
    Identities identities;

    private final ConcurrentNavigableMap<Long, Runnable> toConfirm = new ConcurrentSkipListMap<>();
    private final AtomicLong lastNumber = new AtomicLong();
    private final Semaphore written = new Semaphore(0);
    private Session session;
    private Ticket ticket;
    private Outbox outbox;
    private Line line;
    private volatile long lastHeard = System.nanoTime();
    private volatile long lastPing = lastHeard;
    private volatile boolean endedHere;

    /** A connection has been opened. */
    @OnOpen
    public void open(Session opened) {
        session = opened;
        session.setMaxIdleTimeout(0);
        session.setMaxTextMessageBufferSize(Messages.LONGEST);
        session.setMaxBinaryMessageBufferSize(Messages.LONGEST);
        session.getAsyncRemote().setSendTimeout(PATIENCE.toMillis());
        outbox = new Outbox(session, this::cutOff);
        if (!(session.getUserPrincipal() instanceof Ticket its)) {
            end(CloseCodes.VIOLATED_POLICY, "send a valid token as Authorization: Bearer TOKEN");
            return;
        }
        ticket = its;
        line = mailbox.open(new SocketOutlet());
    }

    /** A message, as it should be. */
    @OnMessage(maxMessageSize = Messages.LONGEST)
    public void text(String message) {
        handle(message.getBytes(StandardCharsets.UTF_8));
    }

    /** A message from somebody who sends bytes. */
    @OnMessage(maxMessageSize = Messages.LONGEST)
    public void binary(byte[] message) {
        handle(message);
    }

    /** A sign of life. */
    @OnMessage
    public void pong(PongMessage message) {
        lastHeard = System.nanoTime();
        ByteBuffer content = message.getApplicationData();
        if (content.remaining() == Long.BYTES) {
            Map<Long, Runnable> answered = toConfirm.headMap(content.getLong(), true);
            List.copyOf(answered.keySet()).forEach(number -> {
                Runnable confirmed = answered.remove(number);
                if (confirmed != null) {
                    confirmed.run();
                }
            });
        }
    }

    private void handle(byte[] message) {
        lastHeard = System.nanoTime();
        Reply reply;
        try {
            Caller caller = caller();
            reply = new Intake(room)
                    .take(message.length, () -> messages.handle(caller, message, mailbox::acknowledged));
        } catch (Denied denied) {
            reply = new Intake(room).take(message.length, () -> messages.denied(denied, message));
        }
        if (reply != null) {
            Runnable over = reply.over();
            outbox.add(reply.body(), isWritten -> {
                over.run();
                written.release();
            });
            awaitRoom();
        }
    }

    private Caller caller() throws Denied {
        return identities.access(ticket.authorization(), ticket.from()).caller(Scope.MANAGER);
    }

    /** Who does not read answers gets no more of them; the connection ends where that goes on. */
    private void awaitRoom() {
        try {
            while (outbox.queued() > MOST_QUEUED && written.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                continue; // one answer less; there may still be too much
            }
            written.drainPermits();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The connection has ended. */
    @OnClose
    public void close(CloseReason reason) {
        int code = reason.getCloseCode().getCode();
        boolean inOrder = code == CloseCodes.NORMAL_CLOSURE.getCode() || code == CloseCodes.NO_STATUS_CODE.getCode();
        if (inOrder && !endedHere && line != null) {
            mailbox.left(line);
        }
        lost();
    }

    /** The connection is broken, or what came over it was not as it should be. */
    @OnError
    public void failed(Throwable cause) {
        ManagerLog.LOG.socketFailed(String.valueOf(cause));
        lost();
    }

    private void cutOff() {
        ManagerLog.LOG.cutOff();
        lost();
        end(CloseCodes.GOING_AWAY, "nothing was taken or heard for too long: connect again");
    }

    private void lost() {
        if (outbox != null) {
            outbox.close();
        }
        if (line != null) {
            mailbox.closed(line);
        }
    }

    private void end(CloseCodes code, String why) {
        endedHere = true;
        outbox.close();
        // Closing writes, which a connection that is stuck does not take.
        Thread closing = new Thread(() -> {
            try {
                session.close(new CloseReason(code, why));
            } catch (IOException | RuntimeException e) {
                ManagerLog.LOG.socketFailed(String.valueOf(e));
            }
        });
        closing.setDaemon(true);
        closing.start();
    }

    /** This connection, as far as results are sent over it. */
    private final class SocketOutlet implements Outlet {
        @Override
        public Optional<Set<String>> clients() {
            try {
                return Optional.of(caller().from());
            } catch (Denied denied) {
                // Where that cannot be found out at the moment, it ends neither.
                boolean over =
                        denied.reason() == Denied.Reason.UNAUTHENTICATED || denied.reason() == Denied.Reason.FORBIDDEN;
                return over ? Optional.empty() : Optional.of(Set.of());
            }
        }

        @Override
        public void send(byte[] message, Consumer<Boolean> done) {
            outbox.add(message, done);
        }

        @Override
        public void confirm(Runnable confirmed) {
            long number = lastNumber.incrementAndGet();
            toConfirm.put(number, confirmed);
            outbox.ping(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        }

        @Override
        public long queued() {
            return outbox.queued();
        }

        @Override
        public void tend() {
            long now = System.nanoTime();
            if (outbox.isStuck(PATIENCE) || now - lastHeard > 2 * PING.toNanos()) {
                cutOff();
            } else if (now - lastPing > PING.toNanos() && outbox.queued() == 0) {
                lastPing = now;
                outbox.ping(new byte[0]);
            }
        }

        @Override
        public void close(Reason reason, String why) {
            end(reason == Reason.NOT_ALLOWED ? CloseCodes.VIOLATED_POLICY : CloseCodes.GOING_AWAY, why);
        }
    }
}

package org.taskcenter.gate;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One request from {@link Gate#send} to its result: addresses, a place among the connections, the transfer, and once
 * more on a new connection where that is safe. Whoever ends it first, wins; what comes later is cleaned up and ignored.
 */
final class Flight implements Exchange, Connections.Taker {
    private enum Phase {
        LOOKING_UP,
        QUEUED,
        CONNECTING,
        TALKING
    }

    private final Gate gate;
    private final Request request;
    private final Target target;
    private final Consumer<Result> whenDone;
    private final long start = System.nanoTime();
    private final long deadline;

    // All below is guarded by this. A place is held while there is a dialing or a transfer.
    private Phase phase = Phase.LOOKING_UP;
    private boolean done;
    /** Whether anything may have been sent, in this try or in the first. */
    private boolean sent;
    /** Whether this is the second try, on a connection of its own. */
    private boolean again;

    private List<InetAddress> addresses;
    private Dialing dialing;
    private long connectDeadline;
    private long connectTime;
    private boolean reused;
    private Transfer transfer;
    private LargeBodies.Room room;

    Flight(Gate gate, Request request, Target target, Consumer<Result> whenDone) {
        this.gate = gate;
        this.request = request;
        this.target = target;
        this.whenDone = whenDone;
        this.deadline = start + nanos(request.timeout());
    }

    void begin() {
        if (target.literal() != null) {
            wantPlace(List.of(target.literal()));
        } else {
            gate.lookups().find(target.route().host(), this::found);
        }
    }

    private void found(Lookups.Found found) {
        if (found.failure() == null) {
            wantPlace(found.addresses());
        } else {
            end(found.failure(), found.reason());
        }
    }

    private void wantPlace(List<InetAddress> to) {
        synchronized (this) {
            if (done) {
                return;
            }
            addresses = to;
            phase = Phase.QUEUED;
        }
        gate.connections().take(target.route(), this);
    }

    @Override
    public void granted(Connection offered) {
        Runnable next;
        synchronized (this) {
            if (done) {
                next = () -> giveBack(offered, nanos(gate.limits().idle()));
            } else if (offered != null && !again && request.repeat() != Request.Repeat.NEVER) {
                reused = true;
                next = talk(offered);
            } else {
                reused = false;
                next = dial(offered);
            }
        }
        next.run();
    }

    private Runnable dial(Connection notTrusted) {
        long now = System.nanoTime();
        connectTime = Math.min(nanos(gate.limits().connect()), deadline - now);
        connectDeadline = now + connectTime;
        phase = Phase.CONNECTING;
        Dialing dial = gate.dialing(target.route(), addresses, connectTime, this::connected, this::notConnected);
        dialing = dial;
        return () -> {
            if (notTrusted != null) {
                notTrusted.abort();
            }
            dial.start();
        };
    }

    private void connected(Connection connection) {
        Runnable next;
        synchronized (this) {
            dialing = null;
            next = done ? () -> giveBack(connection, nanos(gate.limits().idle())) : talk(connection);
        }
        next.run();
    }

    private void notConnected(Exception cause) {
        synchronized (this) {
            dialing = null;
        }
        gate.connections().giveBack(target.route());
        end(Failure.Kind.CONNECT, Reasons.notConnected(target.route(), cause));
    }

    private Runnable talk(Connection connection) {
        phase = Phase.TALKING;
        Transfer talk = new Transfer(this, request, target, connection);
        transfer = talk;
        return () -> connection.execute(talk);
    }

    /** Asked before the first byte of a request is sent; whoever ends the flight after a yes knows that it may be. */
    synchronized boolean mayBeSent(Transfer by) {
        sent |= !done && by == transfer;
        return !done && by == transfer;
    }

    void takeRoom(Transfer by, int bytes, Runnable taken) {
        LargeBodies.Room taking = gate.largeBodies().take(bytes, taken);
        synchronized (this) {
            if (!done && by == transfer) {
                room = taking;
                return;
            }
        }
        taking.giveBack();
    }

    void answered(Transfer by, int status, List<Header> headers, byte[] body, boolean truncated, boolean reusable) {
        Runnable ending;
        synchronized (this) {
            if (done || by != transfer) {
                return;
            }
            Answer.Room taken = room == null ? Answer.Room.NONE : room;
            Answer answer = new Answer(status, headers, body, truncated, took(), taken);
            ending = ending(
                    answer, reusable ? KeepAlive.nanos(answer, gate.limits().idle()) : 0);
        }
        ending.run();
    }

    void failed(Transfer by, Exception cause) {
        Runnable next;
        synchronized (this) {
            if (done || by != transfer) {
                return;
            }
            if (isClosedUnannounced(by, cause)) {
                gate.connections().distrust(target.route());
            }
            if (!again && isRepeatable(by, cause)) {
                again = true;
                transfer = null;
                phase = Phase.QUEUED;
                next = () -> tryAgain(by.connection());
            } else {
                next = failing(Failure.Kind.BROKEN, Reasons.broken(target.route(), cause));
            }
        }
        next.run();
    }

    private void tryAgain(Connection lost) {
        lost.abort();
        gate.connections().giveBack(target.route());
        gate.connections().take(target.route(), this);
    }

    private boolean isRepeatable(Transfer by, Exception cause) {
        return !sent || request.isRepeatable() && isClosedUnannounced(by, cause);
    }

    /** Whether the server seems to have closed an idle connection at the very moment at which it was used again. */
    private boolean isClosedUnannounced(Transfer by, Exception cause) {
        return sent && reused && !by.answerBegun() && Reasons.isConnectionLost(cause);
    }

    @Override
    public void cancel() {
        end(Failure.Kind.STOPPED, "it was cancelled");
    }

    /** Called every now and then: ends what has had its time. */
    void check(long now) {
        Runnable next = null;
        synchronized (this) {
            if (now - deadline >= 0) {
                next = failing(Failure.Kind.TIMEOUT, overdue());
            } else if (dialing != null && now - connectDeadline >= 0) {
                next = failing(Failure.Kind.CONNECT, overdue());
            }
        }
        if (next != null) {
            next.run();
        }
    }

    private String overdue() {
        Duration time = phase == Phase.CONNECTING ? Duration.ofNanos(connectTime) : request.timeout();
        String within = " within " + Reasons.seconds(time);
        return switch (phase) {
            case LOOKING_UP -> "the host name " + target.route().host() + " was not found" + within;
            case QUEUED -> "no connection to " + target.route() + " became free" + within;
            case CONNECTING -> "no connection to " + target.route() + " stood" + within;
            case TALKING -> "no complete answer from " + target.route() + within;
        };
    }

    /** Ends it, unless it has ended. */
    void end(Failure.Kind kind, String reason) {
        Runnable ending;
        synchronized (this) {
            ending = failing(kind, reason);
        }
        ending.run();
    }

    private Runnable failing(Failure.Kind kind, String reason) {
        return done ? () -> {} : ending(new Failure(honest(kind), reason, took(), sent), 0);
    }

    /** Whether anything was sent is known here alone. */
    private Failure.Kind honest(Failure.Kind kind) {
        return switch (kind) {
            case CONNECT -> sent ? Failure.Kind.BROKEN : kind;
            case TIMEOUT, BROKEN -> sent ? kind : Failure.Kind.CONNECT;
            case FORBIDDEN, STOPPED -> kind;
        };
    }

    /**
     * Ends it; called with the lock. What is returned cleans up and tells; it is run without the lock.
     *
     * @param keepNanos how long the transfer's connection may be used by others, 0 where not at all
     */
    private Runnable ending(Result result, long keepNanos) {
        done = true;
        boolean queued = phase == Phase.QUEUED;
        Dialing dialed = dialing;
        Transfer talked = transfer;
        LargeBodies.Room taken = room;
        return () -> {
            if (queued) {
                gate.connections().forget(target.route(), this);
            }
            if (dialed != null) {
                dialed.abort(); // and notConnected gives the place back
            }
            if (talked != null) {
                giveBack(talked.connection(), keepNanos);
            }
            gate.landed(this, whenDone, result);
            if (taken != null) {
                taken.told();
            }
        };
    }

    private void giveBack(Connection connection, long keepNanos) {
        if (connection == null) {
            gate.connections().giveBack(target.route());
        } else if (keepNanos > 0 && connection.isOpen()) {
            gate.connections().giveBack(connection, keepNanos);
        } else {
            connection.abort();
            gate.connections().giveBack(target.route());
        }
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static long nanos(Duration duration) {
        try {
            return Math.min(duration.toNanos(), Long.MAX_VALUE / 4);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE / 4;
        }
    }
}

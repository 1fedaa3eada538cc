package org.taskcenter.push;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** An open connection of clients, as far as results are sent over it. No method blocks. */
public interface Outlet {
    /** Whose results it takes, at the moment; nothing where it must not be used any more. */
    Optional<Set<String>> clients();

    /**
     * Sends a message, after those before it.
     *
     * @param done told whether it was written; by any thread, perhaps before this returns
     */
    void send(byte[] message, Consumer<Boolean> done);

    /**
     * Asks the other side to confirm that it has taken everything that was written so far, without its user's doing.
     *
     * @param confirmed run when it has; never, where the connection ends before
     */
    void confirm(Runnable confirmed);

    /** How many bytes wait to be written. */
    long queued();

    /** Looks after itself: pings, and ends where the other side neither reads nor answers. Called about once a second. */
    void tend();

    /**
     * Ends it.
     *
     * @param why what to do about it, in words for the other side
     */
    void close(Reason reason, String why);

    /** Why the centre ends a connection. */
    enum Reason {
        /** Its token is not good any more. */
        NOT_ALLOWED,
        /** The centre is stopping. */
        STOPPING
    }
}

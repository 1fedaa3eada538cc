package org.taskcenter.gate;

import java.time.Duration;

/**
 * There is no complete answer.
 *
 * @param reason for whoever asked, in plain words: names the host, but no path, header or body, which may be secret;
 *     storable text
 * @param sent whether anything may have been sent
 */
public record Failure(Kind kind, String reason, Duration took, boolean sent) implements Result {
    /** One whose kind tells whether anything may have been sent. */
    public Failure(Kind kind, String reason, Duration took) {
        this(kind, reason, took, kind != Kind.CONNECT && kind != Kind.FORBIDDEN);
    }

    /** What a failure says about the request. */
    public enum Kind {
        /** No connection (unknown host, refused, TLS, time-out, none free). Surely nothing was sent. */
        CONNECT,
        /** The time was over. Something may have been sent. */
        TIMEOUT,
        /** The connection ended before the answer was complete, or the answer was malformed. */
        BROKEN,
        /** The target is not allowed, or no target at all. Nothing was sent. */
        FORBIDDEN,
        /** It was cancelled, or the gate was closed. Something may have been sent. */
        STOPPED
    }
}

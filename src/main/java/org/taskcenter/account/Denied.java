package org.taskcenter.account;

/** A request that must not be served. The message may be shown to whoever made it. */
public final class Denied extends Exception {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    Denied(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why a request is not served. */
    public enum Reason {
        /** Nobody knows who makes it: 401. */
        UNAUTHENTICATED(401),
        /** Who makes it may not: 403. */
        FORBIDDEN(403),
        /** Too many of those before it were refused: 429. */
        TOO_MANY(429),
        /** It cannot be found out at the moment who makes it: 503. */
        UNAVAILABLE(503);

        private final int status;

        Reason(int status) {
            this.status = status;
        }
    }

    public Reason reason() {
        return reason;
    }

    /** The reason as an HTTP status. A 401 goes with {@code WWW-Authenticate: Bearer}, a 429 and a 503 with {@code Retry-After}. */
    public int status() {
        return reason.status;
    }
}

package org.taskcenter.api;

/** A request that is answered with an error. The message tells its sender what to do. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    /** @param status the HTTP status */
    public Refused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** What was sent cannot be taken: 400. */
    public static Refused badRequest(String message) {
        return new Refused(400, message);
    }

    public int status() {
        return status;
    }
}

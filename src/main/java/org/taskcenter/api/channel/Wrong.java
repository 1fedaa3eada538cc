package org.taskcenter.api.channel;

/** A request that is answered with an error. */
final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    /** @param status the HTTP status */
    Wrong(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** A field that is not as it has to be. */
    static Wrong param(String field, String how) {
        return new Wrong(400, "param error, error: " + field + " " + how);
    }

    /** A field, or a header, that is not there. */
    static Wrong missing(String key) {
        return new Wrong(400, "param error, error: key " + key + " not found");
    }

    /** A body that cannot be read. */
    static Wrong unreadable() {
        return new Wrong(400, "json encode error");
    }

    static Wrong notFound() {
        return new Wrong(404, "task not found...");
    }

    int status() {
        return status;
    }
}

package org.taskcenter.call;

/** The centre can neither store nor look up at the moment (its database is away, it is draining); later it can. */
public final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The database is away. */
    public Unavailable(Throwable cause) {
        this("the database cannot be reached at the moment: send it again in some seconds", cause);
    }

    /** @param message what is the matter, in words for the caller */
    public Unavailable(String message, Throwable cause) {
        super(message, cause);
    }
}

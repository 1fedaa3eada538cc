package org.taskcenter.secret;

/** A sealed value that does not open here: it was changed, belongs to another place, or its key is not at hand. */
public final class CannotOpen extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotOpen(String message) {
        super(message);
    }
}

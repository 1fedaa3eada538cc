package org.taskcenter.secret;

/** The secret key is not the one that the database needs. The message is one line that says what to do, without the key. */
public final class UnfitKey extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnfitKey(String message) {
        super(message);
    }
}

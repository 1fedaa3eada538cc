package org.taskcenter.store;

/** The database cannot be worked with, and waiting does not help. The message is one line that says what to do. */
public final class DatabaseUnusable extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseUnusable(String message, Throwable cause) {
        super(message.replaceAll("\\s+", " "), cause);
    }
}

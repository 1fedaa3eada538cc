package org.taskcenter.platform;

/** An answer to a poll that says nothing about tasks. */
public final class UnreadableAnswer extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableAnswer(String message) {
        super(message, null, false, false);
    }
}

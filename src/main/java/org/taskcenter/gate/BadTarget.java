package org.taskcenter.gate;

/** A URL that is not, or may not be, called; the message says why. */
final class BadTarget extends Exception {
    private static final long serialVersionUID = 1L;

    BadTarget(String reason) {
        super(reason, null, false, false);
    }
}

package org.taskcenter.gate;

/** A URL that is not, or may not be, called; the message says why. */
final class BadTarget extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean malformed;

    /** What may not be called. */
    BadTarget(String reason) {
        this(reason, false);
    }

    private BadTarget(String reason, boolean malformed) {
        super(reason, null, false, false);
        this.malformed = malformed;
    }

    /** What nobody could call. */
    static BadTarget malformed(String reason) {
        return new BadTarget(reason, true);
    }

    boolean isMalformed() {
        return malformed;
    }
}

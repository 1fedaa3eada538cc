package org.taskcenter.api.manager;

/** A message, or one task of it, is not taken as it is. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;

    /**
     * @param code HTTP-like
     * @param message what is wrong, in words for the sender
     */
    Refusal(int code, String message) {
        // A message can hold many of them: no stack trace.
        super(message, null, false, false);
        this.code = code;
    }

    static Refusal malformed(String message) {
        return new Refusal(400, message);
    }

    int code() {
        return code;
    }
}

package org.taskcenter.account;

/** A change of accounts that is not made. The message says why, to whoever asked for it. */
public final class AccountRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    AccountRefusal(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why a change is not made. */
    public enum Reason {
        NOT_FOUND,
        NOT_ALLOWED,
        CONFLICT
    }

    public Reason reason() {
        return reason;
    }

    static AccountRefusal notFound(String what) {
        return new AccountRefusal(Reason.NOT_FOUND, what);
    }

    static AccountRefusal notAllowed(String why) {
        return new AccountRefusal(Reason.NOT_ALLOWED, why);
    }

    static AccountRefusal conflict(String why) {
        return new AccountRefusal(Reason.CONFLICT, why);
    }
}

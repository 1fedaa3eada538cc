package org.taskcenter.upstream;

/** A change of channels or declared platforms that is not made. The message says why, to whoever asked for it. */
public final class UpstreamRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    UpstreamRefusal(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why a change is not made. */
    public enum Reason {
        WRONG,
        NOT_FOUND,
        CONFLICT
    }

    public Reason reason() {
        return reason;
    }

    static UpstreamRefusal wrong(String what) {
        return new UpstreamRefusal(Reason.WRONG, what);
    }

    static UpstreamRefusal notFound(String what) {
        return new UpstreamRefusal(Reason.NOT_FOUND, what);
    }

    static UpstreamRefusal conflict(String why) {
        return new UpstreamRefusal(Reason.CONFLICT, why);
    }
}

package org.taskcenter.platform;

/** An account has less quota than a task costs; the transaction in which it was to be charged must not be committed. */
public final class TooLittleQuota extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param price what it costs */
    TooLittleQuota(long price) {
        super("The quota left is less than " + price + ", its price", null, false, false);
    }
}

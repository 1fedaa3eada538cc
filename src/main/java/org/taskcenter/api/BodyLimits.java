package org.taskcenter.api;

/** How long bodies may be, in bytes. */
public final class BodyLimits {
    /** A message of the Manager API: 16 MiB. */
    public static final int MESSAGE = 16 << 20;

    /** Any other body: 1 MiB. */
    public static final int OTHER = 1 << 20;

    private BodyLimits() {}
}

package org.taskcenter.api;

/** How long bodies may be, in bytes. */
public final class BodyLimits {
    /** A message of the Manager API: 16 MiB. */
    public static final int MESSAGE = 16 << 20;

    /** A run of the Channel API, which has tasks and variables of 1 MiB each and many nodes: 8 MiB. */
    public static final int RUN = 8 << 20;

    /** Any other body: 1 MiB. */
    public static final int OTHER = 1 << 20;

    private BodyLimits() {}
}

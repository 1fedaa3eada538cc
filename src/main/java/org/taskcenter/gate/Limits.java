package org.taskcenter.gate;

import java.time.Duration;

/**
 * How much the gate may use.
 *
 * @param perHost most connections to one host and port; what is above waits
 * @param total most connections to all hosts
 * @param ioThreads threads that move the bytes of all connections
 * @param lookups most name look-ups at the same time, each on a thread
 * @param connect longest time for a connection to stand, TLS included
 * @param idle how long an unused connection is kept; below the 5 s after which common servers close theirs
 * @param largeBodies bytes of memory for all bodies together that are longer than 64 KiB; what is above waits
 */
public record Limits(
        int perHost, int total, int ioThreads, int lookups, Duration connect, Duration idle, int largeBodies) {
    public static final Limits DEFAULT =
            new Limits(256, 2048, 2, 64, Duration.ofSeconds(10), Duration.ofSeconds(4), 64 << 20);

    /** The share of the memory that long bodies take at most. */
    private static final int SHARE = 12;

    /** What a member with so many bytes of memory uses. */
    public static Limits of(long memory) {
        return new Limits(
                DEFAULT.perHost, DEFAULT.total, DEFAULT.ioThreads, DEFAULT.lookups, DEFAULT.connect, DEFAULT.idle, (int)
                        Math.min(memory / SHARE, DEFAULT.largeBodies));
    }

    public Limits {
        if (perHost < 1 || total < 1 || ioThreads < 1 || lookups < 1 || largeBodies < 1) {
            throw new IllegalArgumentException("every limit must be at least 1");
        }
        if (connect.isNegative() || connect.isZero() || idle.isNegative()) {
            throw new IllegalArgumentException("times must be more than 0");
        }
    }
}

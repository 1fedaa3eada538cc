package org.taskcenter.dispatch;

import java.util.Set;

/**
 * The kinds of which nothing is begun: those in the store, unless this member has been told of others since.
 *
 * <p>Not safe for use by several threads.
 */
final class Pauses {
    private Set<String> kinds = Set.of();
    private int version;

    Set<String> kinds() {
        return kinds;
    }

    /** The present version of what is known, to be handed to {@link #read}. */
    int version() {
        return version;
    }

    void set(Set<String> kinds) {
        this.kinds = kinds;
        version++;
    }

    /** These were read from the store, from {@code begun} on. */
    void read(Set<String> stored, int begun) {
        if (version == begun) {
            kinds = stored;
        }
    }
}

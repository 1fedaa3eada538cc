package org.taskcenter.ansible;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run as its client sees it.
 *
 * @param created when it was accepted
 * @param updated when something last happened to it, as far as is stored
 * @param trouble what has gone wrong, in short; always there where some nodes have not succeeded
 * @param nodes as they were given
 */
public record RunView(
        long id, Status status, Instant created, Instant updated, Optional<String> trouble, List<Node> nodes) {
    /** A node of a run. */
    public record Node(int idx, String name, Status status) {}
}

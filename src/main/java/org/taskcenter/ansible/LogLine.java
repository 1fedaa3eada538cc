package org.taskcenter.ansible;

import java.time.Instant;

/**
 * A stored line of a run's log.
 *
 * @param status ok, failed, unreachable or skipped
 * @param cmd of modules that run one; null, as the following ones, where the module gave none
 */
public record LogLine(
        long id,
        String node,
        String task,
        String status,
        Instant start,
        Instant end,
        String cmd,
        Integer rc,
        String stdout,
        String stderr,
        String msg) {}

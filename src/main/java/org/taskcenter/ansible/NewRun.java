package org.taskcenter.ansible;

import java.time.Duration;
import java.util.List;

/**
 * A run to be stored.
 *
 * @param name the client's, unique over all
 * @param source on whose behalf
 * @param correlation the client's name for all that belongs together
 * @param parallel whether it is dealt out, one share a node
 * @param nodes each once
 * @param variables a JSON object
 * @param forks on how many nodes at a time; in parallel: how many shares at a time on one member; from 1
 * @param retries how often a node that has failed is tried again
 * @param limit how long it may take from its first start
 */
public record NewRun(
        String name,
        String source,
        String correlation,
        boolean parallel,
        List<String> nodes,
        Work work,
        String variables,
        String user,
        int forks,
        int retries,
        boolean check,
        List<String> tags,
        List<String> skipTags,
        Duration limit) {}

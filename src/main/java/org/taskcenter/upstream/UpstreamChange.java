package org.taskcenter.upstream;

import java.util.Map;
import java.util.Optional;

/**
 * What is to be different with a channel; what is empty stays.
 *
 * @param key "" for none
 */
public record UpstreamChange(
        Optional<String> name,
        Optional<String> platform,
        Optional<String> baseUrl,
        Optional<String> key,
        Optional<Long> priority,
        Optional<Long> weight,
        Optional<Map<String, Long>> price,
        Optional<Integer> maxResubmissions,
        Optional<Integer> timeoutHours,
        Optional<Boolean> enabled) {}

package org.taskcenter.upstream;

import java.util.Map;

/**
 * What the administration calls a channel: an account of the centre's with a third party. Its key is kept apart.
 *
 * @param platform {@link Platforms#SUNO} or a declared one
 * @param baseUrl without a final slash
 * @param priority higher first
 * @param weight among those of one priority, how often it is chosen in proportion; 0: only after the others
 * @param price in units of quota by action; what has none is not served
 * @param maxResubmissions how often a task is submitted again that the third party has ended in failure
 * @param timeoutHours how long a task may be open
 * @param enabled whether new tasks are submitted to it
 * @param deleted whether it is no more; its row stays
 */
public record Upstream(
        long id,
        String name,
        String platform,
        String baseUrl,
        long priority,
        long weight,
        Map<String, Long> price,
        int maxResubmissions,
        int timeoutHours,
        boolean enabled,
        boolean deleted) {
    public Upstream {
        price = Map.copyOf(price);
    }
}

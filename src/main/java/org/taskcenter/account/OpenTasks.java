package org.taskcenter.account;

import jakarta.persistence.EntityManager;
import java.util.Set;

/** Whether work is left to do for somebody. */
final class OpenTasks {
    private static final String SQL = "select count(*) from (select 1 from lane l join task t on t.lane = l.id"
            + " where l.client = ?1 and t.state = 'waiting' union all"
            + " select 1 from task t where t.client = ?1 and t.state = 'running') open_task";

    private OpenTasks() {}

    static boolean any(EntityManager entities, Set<String> clients) {
        return clients.stream()
                .map(client ->
                        entities.createNativeQuery(SQL).setParameter(1, client).getSingleResult())
                .anyMatch(count -> ((Number) count).longValue() > 0);
    }
}

package org.taskcenter.account;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.Set;

/** Whether work is left to do for somebody. */
final class OpenTasks {
    private static final String OF_CLIENT = "select count(*) from (select 1 from lane l join task t on t.lane = l.id"
            + " where l.client = ?1 and l.kind <> 'platform' and t.state = 'waiting' union all"
            + " select 1 from task t where t.client = ?1 and t.kind <> 'platform' and t.state = 'running') open_task";

    private static final String AT_THIRD_PARTIES = "select count(*) from platform_task where account_id = ?1"
            + " and status in ('NOT_START', 'SUBMITTED', 'QUEUED', 'IN_PROGRESS', 'UNKNOWN')";

    private OpenTasks() {}

    /** @param clients the client names of the Manager API that it may use */
    static boolean any(EntityManager entities, long account, Set<String> clients) {
        return any(entities.createNativeQuery(AT_THIRD_PARTIES).setParameter(1, account))
                || clients.stream()
                        .anyMatch(client ->
                                any(entities.createNativeQuery(OF_CLIENT).setParameter(1, client)));
    }

    private static boolean any(Query counting) {
        return ((Number) counting.getSingleResult()).longValue() > 0;
    }
}

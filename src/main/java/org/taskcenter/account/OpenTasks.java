package org.taskcenter.account;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.Set;

/** Whether work is left to do for somebody. */
final class OpenTasks {
    private static final String OF_CLIENT = "select count(*) from (select 1 from lane l join task t on t.lane = l.id"
            + " where l.client = ?1 and l.kind %1$s and t.state = 'waiting' union all"
            + " select 1 from task t where t.client = ?1 and t.kind %1$s and t.state = 'running') open_task";

    private static final String OF_CALLS = OF_CLIENT.formatted("not in ('platform', 'run', 'share')");
    private static final String OF_RUNS = OF_CLIENT.formatted("in ('run', 'share')");
    private static final String AT_THIRD_PARTIES = "select count(*) from platform_task where account_id = ?1"
            + " and status in ('NOT_START', 'SUBMITTED', 'QUEUED', 'IN_PROGRESS', 'UNKNOWN')";

    private OpenTasks() {}

    /**
     * @param clients the client names of the Manager API that it may use
     * @param sources the sources of the Channel API that it may use
     */
    static boolean any(EntityManager entities, long account, Set<String> clients, Set<String> sources) {
        return any(entities.createNativeQuery(AT_THIRD_PARTIES).setParameter(1, account))
                || clients.stream().anyMatch(client -> any(entities, OF_CALLS, client))
                || sources.stream().anyMatch(source -> any(entities, OF_RUNS, source));
    }

    private static boolean any(EntityManager entities, String sql, String client) {
        return any(entities.createNativeQuery(sql).setParameter(1, client));
    }

    private static boolean any(Query counting) {
        return ((Number) counting.getSingleResult()).longValue() > 0;
    }
}

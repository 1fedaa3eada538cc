package org.taskcenter.account;

import jakarta.persistence.EntityManager;
import java.util.Set;

/** Whether work is left to do for somebody. */
final class OpenTasks {
    /** Tasks of third parties are a client each account's own: its number. */
    private static final String SQL = "select count(*) from (select 1 from lane l join task t on t.lane = l.id"
            + " where l.client = ?1 and l.kind %1$s 'platform' and t.state = 'waiting' union all"
            + " select 1 from task t where t.client = ?1 and t.kind %1$s 'platform' and t.state = 'running') open_task";

    private OpenTasks() {}

    /** @param clients the client names of the Manager API that it may use */
    static boolean any(EntityManager entities, long account, Set<String> clients) {
        return any(entities, "=", Long.toString(account))
                || clients.stream().anyMatch(client -> any(entities, "<>", client));
    }

    private static boolean any(EntityManager entities, String comparison, String client) {
        Number count = (Number) entities.createNativeQuery(SQL.formatted(comparison))
                .setParameter(1, client)
                .getSingleResult();
        return count.longValue() > 0;
    }
}

package org.taskcenter.push;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.task.Details;
import org.taskcenter.task.TaskState;

/** What pushes are to send, and where, in the table {@code push}. */
final class PushDetails implements Details<Push> {
    /** Where a push goes. */
    static final SealedColumn ADDRESS = new SealedColumn("push", "task_id", "address");

    private static final int MOST_FRESH = 20_000;
    /** Pushes to longer addresses are read back: so many of them would fill the memory. */
    private static final int LONGEST_FRESH = 1_000;

    /** Pushes that were born here lately and are likely to be sent here soon; each is handed out once. */
    private final Map<Long, Push> fresh = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Push> eldest) {
            return size() > MOST_FRESH;
        }
    };

    private final Vault vault;

    /** @param vault seals addresses */
    PushDetails(Vault vault) {
        this.vault = vault;
    }

    @Override
    public Rows rows(long[] ids, List<Push> pushes) {
        int n = ids.length;
        Long[] task = new Long[n];
        Integer[] generation = new Integer[n];
        String[] state = new String[n];
        byte[][] address = new byte[n][];
        String[] kind = new String[n];
        for (int i = 0; i < n; i++) {
            address[i] = vault.sealText(ADDRESS, ids[i], pushes.get(i).url());
        }
        synchronized (fresh) {
            for (int i = 0; i < n; i++) {
                Push push = pushes.get(i);
                task[i] = push.of().task();
                generation[i] = push.of().generation();
                state[i] = push.of().state().word();
                kind[i] = push.kind();
                // Should it not be stored, nobody will ever ask for this id.
                if (push.url() == null || push.url().length() <= LONGEST_FRESH) {
                    fresh.put(ids[i], push);
                }
            }
        }
        return new Rows(
                "push",
                List.of(
                        new Column("of_task", "bigint", task),
                        new Column("generation", "int", generation),
                        new Column("state", "text", state),
                        new Column("address", "bytea", address),
                        new Column("of_kind", "text", kind)));
    }

    /** The pushes of these tasks, by task. */
    Map<Long, Push> load(Database database, List<Long> tasks) throws SQLException {
        Map<Long, Push> pushes = new HashMap<>();
        List<Long> others = new ArrayList<>();
        synchronized (fresh) {
            for (Long task : tasks) {
                Push push = fresh.remove(task);
                if (push == null) {
                    others.add(task);
                } else {
                    pushes.put(task, push);
                }
            }
        }
        if (!others.isEmpty()) {
            database.statement(connection -> {
                read(connection, others, pushes);
                return null;
            });
        }
        return pushes;
    }

    private void read(Connection connection, List<Long> tasks, Map<Long, Push> pushes) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select push.task_id, of_task, generation, state, url, of_kind, address
                  from unnest(cast(? as bigint array)) as given (id)
                  join push on push.task_id = given.id and given.id between 1 and 9223372036854775807""")) {
            select.setArray(1, connection.createArrayOf("bigint", tasks.toArray(Long[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    End of = new End(rows.getLong(2), rows.getInt(3), TaskState.of(rows.getString(4)));
                    pushes.put(rows.getLong(1), new Push(of, address(rows), rows.getString(6)));
                }
            }
        }
    }

    /** Null where it does not open. */
    private String address(ResultSet row) throws SQLException {
        try {
            return vault.openText(ADDRESS, row.getLong(1), row.getBytes(7), row.getString(5));
        } catch (CannotOpen e) {
            PushLog.LOG.noAddress(row.getLong(1), e.getMessage());
            return null;
        }
    }
}

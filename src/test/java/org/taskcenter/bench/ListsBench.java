package org.taskcenter.bench;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.h2.jdbcx.JdbcConnectionPool;
import org.taskcenter.config.DatabaseSettings;
import org.taskcenter.listing.Counts;
import org.taskcenter.listing.Filter;
import org.taskcenter.listing.Lists;
import org.taskcenter.listing.Page;
import org.taskcenter.store.Database;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.PostgresServer;

/**
 * What a page of 100 tasks with its total costs at the store: of one user, who has a twentieth of all tasks, and of all users; the
 * first page, and the 500th where there is one (else the last).
 */
final class ListsBench {
    private static final int SIZE = 100;
    private static final int ROUNDS = 60;
    private static final int WARM_UP = 20;
    private static final long USER = 7;
    private static final long BEGIN = 1_700_000_000L;

    private final PostgresServer server;
    private final PrintStream out;

    ListsBench(PostgresServer server, PrintStream out) {
        this.server = server;
        this.out = out;
    }

    void run() throws SQLException {
        Map<String, double[]> few = measure(10_000, 2);
        Map<String, double[]> many = measure(1_000_000, 20);
        out.printf(
                "%nlists of third parties' tasks, pages of %d, p95 in ms%n%-34s %21s %21s%n%-34s %10s %10s %10s %10s%n",
                SIZE, "", "10 000 tasks", "1 000 000 tasks", "", "first", "last<=500", "first", "500th");
        few.forEach((name, p95) -> out.printf(
                "%-34s %10.1f %10.1f %10.1f %10.1f%n", name, p95[0], p95[1], many.get(name)[0], many.get(name)[1]));
    }

    /** @param share one task of so many is the user's */
    private Map<String, double[]> measure(int tasks, int share) throws SQLException {
        String name = "lists_" + tasks;
        DatabaseSettings settings = Pool.settings(server, server.createDatabase(name));
        new Migration(settings).run();
        JdbcConnectionPool pool = Pool.postgres(settings, 4);
        try {
            fill(name, tasks, share);
            Lists lists = new Lists(new Database(pool), new Counts(true), true);
            long last = BEGIN + tasks - 1;
            Map<String, Filter> filters = new LinkedHashMap<>();
            add(filters, "the user's", Filter.of(USER), last);
            add(filters, "everybody's", Filter.ALL, last);
            filters.put("everybody's, channel", Filter.ALL.withChannel(2L));
            filters.put("everybody's, user", Filter.of(USER));
            Map<String, double[]> p95 = new LinkedHashMap<>();
            for (Map.Entry<String, Filter> filter : filters.entrySet()) {
                p95.put(filter.getKey(), p95(lists, filter.getValue()));
            }
            return p95;
        } finally {
            pool.dispose();
        }
    }

    private static void add(Map<String, Filter> filters, String whose, Filter all, long last) {
        filters.put(whose, all);
        filters.put(whose + ", platform", all.withPlatform("suno"));
        filters.put(whose + ", status", all.withStatus("SUCCESS"));
        filters.put(whose + ", action", all.withAction("lyrics"));
        filters.put(whose + ", status and action", all.withStatus("FAILURE").withAction("song"));
        filters.put(whose + ", name (counted)", all.withTaskId("task_100", false));
        filters.put(whose + ", last tenth of time (counted)", all.between(last - (last - BEGIN) / 10, null));
        filters.put(whose + ", all time (counted)", all.between(BEGIN, null));
    }

    private static double[] p95(Lists lists, Filter filter) throws SQLException {
        long total = lists.page(filter, 1, SIZE).total();
        long deep = Math.max(1, Math.min(500, (total + SIZE - 1) / SIZE));
        return new double[] {p95(lists, filter, 1), p95(lists, filter, deep)};
    }

    private static double p95(Lists lists, Filter filter, long number) throws SQLException {
        long[] nanos = new long[ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            long begun = System.nanoTime();
            Page page = lists.page(filter, number, SIZE);
            if (page.total() > 0 && page.tasks().isEmpty()) {
                throw new IllegalStateException("an empty page");
            }
            nanos[Math.max(0, i)] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        return nanos[ROUNDS * 95 / 100] / 1e6;
    }

    private void fill(String name, int tasks, int share) throws SQLException {
        try (Connection connection = server.connect(name);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into account (id, name, role, enabled, created_at)"
                    + " select 100 + n, 'a' || n, 'user', true, now() from generate_series(0, 999) n"
                    + " union all select " + USER + ", 'user', 'user', true, now()");
            statement.execute(
                    "insert into platform_task (id, task_id, account_id, platform, action, channel_id, status,"
                            + " upstream_id, submit_time, updated_at, quota, request, data)"
                            + " select 1000 + n, 'task_' || n, case when n % " + share + " = 0 then " + USER
                            + " else 100 + n % 1000 end, case when (n / 20) % 10 = 0 then 'other' else 'suno' end,"
                            + " case when (n / 20) % 4 = 0 then 'lyrics' else 'song' end, 1 + n / 20 % 10,"
                            + " (array['SUCCESS','SUCCESS','SUCCESS','SUCCESS','FAILURE','IN_PROGRESS','QUEUED'])[1 + n / 20 % 7],"
                            + " 'up_' || n, " + BEGIN + " + n, " + BEGIN + " + n, 10, '{}',"
                            + " '{\"text\":\"' || repeat('x', 300) || '\"}' from generate_series(0, " + (tasks - 1)
                            + ") n");
            statement.execute("insert into platform_change (account_id, platform, action, channel_id, status, amount)"
                    + " select account_id, platform, action, channel_id, status, count(*) from platform_task"
                    + " group by account_id, platform, action, channel_id, status");
            statement.execute("insert into platform_count (account_id, platform, action, channel_id, status, amount)"
                    + " select account_id, platform, action, channel_id, status, sum(amount) from platform_change"
                    + " group by account_id, platform, action, channel_id, status union all"
                    + " select 0, platform, action, channel_id, status, sum(amount) from platform_change"
                    + " group by platform, action, channel_id, status");
            statement.execute("truncate platform_change");
            statement.execute("vacuum analyze platform_task");
            statement.execute("vacuum analyze platform_count");
        }
    }
}

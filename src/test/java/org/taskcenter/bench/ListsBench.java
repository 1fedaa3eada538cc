package org.taskcenter.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    private static final int ROUNDS = 200;
    private static final int WARM_UP = 60;
    private static final long USER = 7;
    private static final long BEGIN = 1_700_000_000L;

    private final PostgresServer server;
    private final PrintStream out;

    ListsBench(PostgresServer server, PrintStream out) {
        this.server = server;
        this.out = out;
    }

    void run() throws IOException, SQLException {
        try (Store few = new Store(10_000, 2);
                Store many = new Store(1_000_000, 20)) {
            out.printf(
                    "%nlists of third parties' tasks, pages of %d, p95 (p50) in ms; load %s%n%-42s %29s %29s%n%-42s%s%n",
                    SIZE,
                    Usage.load(),
                    "",
                    "10 000 tasks",
                    "1 000 000 tasks",
                    "",
                    ("%15s".repeat(4)).formatted("first", "last", "first", "500th or last"));
            for (String name : few.filters.keySet()) {
                out.printf("%-42s%s%n", name, measure(few, many, name));
            }
        }
    }

    /** Takes turns, so that what else the machine does hits all alike. */
    private static String measure(Store few, Store many, String name) throws SQLException {
        List<View> views = List.of(
                few.view(name, 1),
                few.view(name, few.deep(name)),
                many.view(name, 1),
                many.view(name, many.deep(name)));
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (View view : views) {
                view.look(round >= 0);
            }
        }
        return views.stream()
                .map(view -> "%15s".formatted("%.1f (%.1f)".formatted(view.part(95), view.part(50))))
                .collect(Collectors.joining());
    }

    /** A page that is looked at again and again. */
    private record View(Lists lists, Filter filter, long number, List<Long> nanos) {
        void look(boolean counts) throws SQLException {
            long begun = System.nanoTime();
            Page page = lists.page(filter, number, SIZE);
            long took = System.nanoTime() - begun;
            if (page.total() > 0 && page.tasks().isEmpty()) {
                throw new IllegalStateException("an empty page");
            }
            if (counts) {
                nanos.add(took);
            }
        }

        double part(int percent) {
            return nanos.stream().sorted().toList().get(nanos.size() * percent / 100) / 1e6;
        }
    }

    /** A database of its own with so many tasks. */
    private final class Store implements AutoCloseable {
        private final JdbcConnectionPool pool;
        private final Lists lists;
        private final Map<String, Filter> filters = new LinkedHashMap<>();

        /** @param share one task of so many is the user's */
        Store(int tasks, int share) throws SQLException {
            String name = "lists_" + tasks;
            DatabaseSettings settings = Pool.settings(server, server.createDatabase(name));
            new Migration(settings).run();
            fill(name, tasks, share);
            pool = Pool.postgres(settings, 4);
            lists = new Lists(new Database(pool), new Counts(true), true);
            long last = BEGIN + tasks - 1;
            add(filters, "the user's", Filter.of(USER), last);
            add(filters, "everybody's", Filter.ALL, last);
            filters.put("everybody's, channel", Filter.ALL.withChannel(2L));
        }

        View view(String name, long number) {
            return new View(lists, filters.get(name), number, new ArrayList<>());
        }

        /** The 500th page, or the last where there are fewer. */
        long deep(String name) throws SQLException {
            long total = lists.page(filters.get(name), 1, SIZE).total();
            return Math.max(1, Math.min(500, (total + SIZE - 1) / SIZE));
        }

        @Override
        public void close() {
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
        filters.put(whose + ", last tenth (counted)", all.between(last - (last - BEGIN) / 10, null));
        filters.put(whose + ", all time (counted)", all.between(BEGIN, null));
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
            // As if it had been counted task by task, and added up.
            statement.execute(
                    "insert into platform_count (account_id, block, platform, action, channel_id, status, amount)"
                            + " select account_id, -1, platform, action, channel_id, status, count(*) from platform_task"
                            + " group by account_id, platform, action, channel_id, status union all"
                            + " select 0, -1, platform, action, channel_id, status, count(*) from platform_task"
                            + " group by platform, action, channel_id, status union all"
                            + " select -1, id / 5000, platform, action, channel_id, status, count(*) from platform_task"
                            + " group by id / 5000, platform, action, channel_id, status union all"
                            + " select -2, id / 100000, platform, action, channel_id, status, count(*) from platform_task"
                            + " group by id / 100000, platform, action, channel_id, status");
            statement.execute("vacuum analyze platform_task");
            statement.execute("vacuum analyze platform_count");
            // Else it comes by itself while pages are looked at.
            statement.execute("checkpoint");
        }
    }
}

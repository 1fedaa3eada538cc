package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/**
 * Whatever happens to tasks, the books are right whenever anybody looks: eight who submit, three members that ask, third parties
 * that refuse, fail, say things twice, late and wrongly, or not at all, channels that are deleted, time-outs, and a member that is killed.
 */
class MoneyIT {
    private static final int SUBMITTERS = 8;
    private static final Duration CHAOS = Duration.ofSeconds(15);
    private static final String OPEN = "select count(*) from platform_task where status not in ('SUCCESS', 'FAILURE')";
    private static final String WRONG_BOOKS = """
            select a.id || ': ' || a.quota || ' <> ' || coalesce(l.total, 0)
              from account a left join (select account_id, sum(amount) as total from ledger group by account_id) l
                   on l.account_id = a.id
             where a.quota <> coalesce(l.total, 0) or a.quota < 0""";

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean over;

    private static String database;

    @Test
    void theBooksAreRightAtEveryMoment() throws Exception {
        PostgresServer server = PostgresServer.shared();
        database = "money_" + System.nanoTime();
        server.createDatabase(database);
        List<SunoStub> stubs = List.of(SunoStub.start(), SunoStub.start());
        List<Centre> centres = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Centre centre = Centre.setup()
                        .on(server, database)
                        .with("TASKCENTER_POLL_INTERVAL", "0.2")
                        .with("TASKCENTER_HEARTBEAT_SECONDS", "0.5")
                        .with("TASKCENTER_LEASE_SECONDS", "4")
                        .idle();
                centres.add(centre);
                centre.launch();
            }
            centres.forEach(Centre::awaitReady);
            for (SunoStub stub : stubs) {
                channel(centres.get(0), stub);
            }
            channel(centres.get(0), stubs.get(0));
            List<String> tokens = accounts(centres.get(0));
            try (Connection connection = server.connect(database)) {
                anAccountThatIsBusyHoldsUpNobodyElse(server, centres.get(0), tokens);
                stubs.forEach(MoneyIT::confuse);
                List<Thread> threads = submitters(centres, tokens);
                long end = System.nanoTime() + CHAOS.toNanos();
                boolean killed = false;
                for (int turn = 1; System.nanoTime() < end; turn++) {
                    wrong.addAll(column(connection, WRONG_BOOKS));
                    if (turn % 22 == 0) {
                        age(connection, 0.05);
                    }
                    if (turn % 33 == 0) {
                        replaceAChannel(centres.get(0), connection, stubs.get(turn % 2));
                    }
                    if (!killed && end - System.nanoTime() < CHAOS.toNanos() / 2) {
                        centres.get(2).kill9();
                        killed = true;
                    }
                    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
                }
                over = true;
                for (Thread thread : threads) {
                    thread.join();
                }
                stubs.forEach(stub -> stub.polled(request -> allDone(stub, request)));
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> {
                            wrong.addAll(column(connection, WRONG_BOOKS));
                            // What nobody knows anything of ends with its time-out.
                            execute(
                                    connection,
                                    "update task set due_at = due_at - interval '25 hours', run_at = now() where state ="
                                            + " 'waiting' and id in (select id from platform_task where status ="
                                            + " 'UNKNOWN' and upstream_id is null)");
                            return column(connection, OPEN).equals(List.of("0"));
                        });
                check(connection);
            }
        } finally {
            over = true;
            centres.forEach(Centre::close);
            stubs.forEach(SunoStub::close);
        }
    }

    /** Eight submit for one account, which somebody holds locked; another one's submission goes through meanwhile. */
    private static void anAccountThatIsBusyHoldsUpNobodyElse(PostgresServer server, Centre centre, List<String> tokens)
            throws SQLException {
        Executor threads = work -> new Thread(work).start();
        List<CompletableFuture<Reply>> held = new ArrayList<>();
        try (Connection lock = server.connect(database);
                Connection look = server.connect(database)) {
            lock.setAutoCommit(false);
            column(lock, "select id from account where name = 'payer 0' for update");
            for (int i = 0; i < SUBMITTERS; i++) {
                held.add(CompletableFuture.supplyAsync(() -> song(centre, tokens.get(0)), threads));
            }
            String waiting = "select count(*) >= " + SUBMITTERS
                    + " from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
            await().until(() -> column(look, waiting).equals(List.of("t")));
            assertThat(song(centre, tokens.get(1)).status()).isEqualTo(200);
            assertThat(held).noneMatch(CompletableFuture::isDone);
            lock.rollback();
        }
        held.forEach(reply -> assertThat(reply.join().status()).isEqualTo(200));
    }

    private static Reply song(Centre centre, String token) {
        return new TaskClient(centre.baseUri(), token, "/suno").submit("music", "{\"prompt\":\"p\"}");
    }

    private void check(Connection connection) throws SQLException {
        wrong.addAll(column(connection, WRONG_BOOKS));
        assertThat(wrong).isEmpty();
        assertThat(accepted.get()).isGreaterThan(50);
        assertThat(refused.get()).isPositive();
        String charges = "ledger c where c.task_id = p.id and c.refund_of is null";
        String refunds = "ledger r where r.task_id = p.id and r.refund_of is not null";
        assertThat(column(
                        connection,
                        "select p.task_id || ' ' || status from platform_task p where (select count(*) from " + charges
                                + ") <> 1 or (select count(*) from " + refunds
                                + ") <> case status when 'FAILURE' then 1 else 0 end"))
                .isEmpty();
        assertThat(column(
                        connection,
                        "select a.id || ': ' || used_quota from account a where used_quota <> (select coalesce(sum(p.quota),"
                                + " 0) from platform_task p where p.account_id = a.id and status = 'SUCCESS')"))
                .isEmpty();
        assertThat(column(
                        connection,
                        "select p.task_id || ' ' || status || ' ' || state from platform_task p join task t using (id) where"
                                + " (status = 'SUCCESS') <> (state = 'succeeded') or state in ('waiting', 'running')"))
                .isEmpty();
        assertThat(column(connection, "select distinct status from platform_task order by 1"))
                .containsExactly("FAILURE", "SUCCESS");
        // The counters of the lists have seen every change.
        assertThat(column(connection, """
                        select status || ' ' || sum(n) from (
                            select status, amount as n from platform_count where account_id > 0
                            union all select status, amount from platform_change where account_id > 0
                            union all select status, -count(*) from platform_task group by status) as all_of_them
                         group by status having sum(n) <> 0""")).isEmpty();
        assertThat(column(connection, wrongBlocks(-1, 1))).isEmpty();
        assertThat(column(connection, wrongBlocks(-2, 20))).isEmpty();
    }

    /** Where the counters of blocks of 5 000 ids, or of so many of them together, are not what one counts. */
    private static String wrongBlocks(int account, int blocks) {
        return """
                select part || ' ' || status || ' ' || sum(n) from (
                    select block as part, status, amount as n from platform_count where account_id = %1$d
                    union all select block / %2$d, status, amount from platform_change
                    union all select id / (5000 * %2$d), status, -count(*) from platform_task group by 1, 2) as all_of_them
                 group by part, status having sum(n) <> 0""".formatted(account, blocks);
    }

    private List<Thread> submitters(List<Centre> centres, List<String> tokens) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            // Half of them share one account.
            String token = tokens.get(i < SUBMITTERS / 2 ? 0 : i % tokens.size());
            Centre centre = centres.get(i % centres.size());
            Thread thread = new Thread(() -> submit(new TaskClient(centre.baseUri(), token, "/suno")));
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private void submit(TaskClient client) {
        while (!over) {
            try {
                Reply reply = client.submit("music", "{\"prompt\":\"p\"}");
                (reply.status() == 200 ? accepted : refused).incrementAndGet();
            } catch (RuntimeException e) {
                // Its member is dead.
                await().pollDelay(Duration.ofMillis(200)).until(() -> true);
            }
        }
    }

    /** A third party that takes most of what it is asked to do, and is not to be relied on for anything else. */
    private static void confuse(SunoStub stub) {
        stub.moods(() -> {
            int dice = ThreadLocalRandom.current().nextInt(100);
            if (dice < 8) {
                return Answer.of(429, "{\"code\":\"busy\"}");
            }
            if (dice < 14) {
                return Answer.of(503, "down");
            }
            if (dice < 18) {
                return Answer.of(422, "{\"code\":\"no\"}");
            }
            return dice < 23 ? Answer.nothing() : null;
        });
        stub.polled(request -> {
            Random random = ThreadLocalRandom.current();
            int dice = random.nextInt(100);
            if (dice < 5) {
                return Answer.of(200, "{\"code\":");
            }
            if (dice < 8) {
                return Answer.nothing();
            }
            ObjectNode answer = TaskClient.body().put("code", "success");
            var data = answer.putArray("data");
            for (String id : SunoStub.asked(request)) {
                for (int times = random.nextInt(3); times >= 0; times--) {
                    String word = List.of("IN_PROGRESS", "QUEUED", "FAILURE", "SUCCESS", "WHATEVER")
                            .get(random.nextInt(5));
                    data.addObject().put("task_id", id).put("status", word).put("progress", random.nextInt(100));
                }
            }
            for (String late : stub.ids()) {
                if (random.nextInt(20) == 0) {
                    data.addObject().put("task_id", late).put("status", "SUCCESS");
                }
            }
            return SunoStub.json(answer);
        });
    }

    private static Answer allDone(SunoStub stub, Received request) {
        ObjectNode answer = TaskClient.body().put("code", "success");
        var data = answer.putArray("data");
        SunoStub.asked(request)
                .forEach(id -> data.addObject().put("task_id", id).put("status", "SUCCESS"));
        return SunoStub.json(answer);
    }

    private static long channel(Centre centre, SunoStub stub) {
        ObjectNode body = TaskClient.body()
                .put("name", "c" + System.nanoTime())
                .put("platform", "suno")
                .put("base_url", stub.url())
                .put("key", "k");
        body.putObject("price").put("music", 7);
        Reply made = centre.admin().send("POST", "/channels", body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.at("/data/id").asLong();
    }

    private static void replaceAChannel(Centre centre, Connection connection, SunoStub stub) throws SQLException {
        String oldest = column(connection, "select min(id) from upstream where not deleted")
                .get(0);
        channel(centre, stub);
        assertThat(centre.admin().send("DELETE", "/channels/" + oldest, null).status())
                .isEqualTo(200);
    }

    private static List<String> accounts(Centre centre) {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ObjectNode body = TaskClient.body().put("name", "payer " + i).put("quota", i == 3 ? 60 : 1_000_000);
            tokens.add(centre.admin()
                    .send("POST", "/accounts", body)
                    .at("/data/token")
                    .asText());
        }
        return tokens;
    }

    /** Some tasks are older than their time-out all of a sudden. */
    private static void age(Connection connection, double share) throws SQLException {
        execute(
                connection,
                "update task set due_at = due_at - interval '25 hours', run_at = now() where kind = 'platform' and state ="
                        + " 'waiting' and random() < " + share);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}

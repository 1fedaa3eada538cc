package org.taskcenter.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.testing.TestStore;

/** What holds of balances and their ledger, whatever the database. */
abstract class MoneyContract {
    private final Ledger ledger = new Ledger();
    private final AtomicLong lastTask = new AtomicLong();
    private Database database;

    /** A database with the schema, for at least 12 connections. */
    abstract TestStore store();

    @BeforeEach
    void begin() throws SQLException {
        database = new Database(store().pool());
        execute("delete from ledger");
        execute("delete from account");
    }

    @Test
    void aChargeMovesBalanceAndUseAndIsARow() throws SQLException {
        account(1, 100);

        assertThat(charge(new Charge(1, 30, 7, 1, "task_a"))).isTrue();

        assertThat(figures(1)).containsExactly(70L, 30L);
        Movement newest = movements(1).get(0);
        assertThat(newest.amount()).isEqualTo(-30);
        assertThat(newest.balance()).isEqualTo(70);
        assertThat(newest.reason()).isEqualTo("charge");
        assertThat(newest.taskId()).isEqualTo("task_a");
        everythingAddsUp();
    }

    @Test
    void whatIsTooMuchChangesNothing() throws SQLException {
        account(1, 100);

        assertThat(charge(new Charge(1, 101, 7, 1, "task_a"))).isFalse();
        assertThat(charge(new Charge(2, 1, 8, 1, "task_b")))
                .as("an account that is not there")
                .isFalse();

        assertThat(figures(1)).containsExactly(100L, 0L);
        assertThat(movements(1)).hasSize(1);
        assertThat(charge(new Charge(1, 100, 9, 1, "task_c"))).as("all of it").isTrue();
        everythingAddsUp();
    }

    @Test
    void whatIsFreeIsNoMovement() throws SQLException {
        account(1, 0);

        assertThat(charge(new Charge(1, 0, 7, 1, "task_a"))).isTrue();
        refund(new Charged(7, 1));

        assertThat(movements(1)).isEmpty();
    }

    @Test
    void aRefundGivesAllBackOnce() throws SQLException {
        account(1, 100);
        charge(new Charge(1, 30, 7, 1, "task_a"));
        charge(new Charge(1, 20, 7, 2, "task_a"));

        refund(new Charged(7, 1), new Charged(7, 1), new Charged(99, 1));
        refund(new Charged(7, 1));

        assertThat(figures(1)).as("the other generation stays charged").containsExactly(80L, 20L);
        assertThat(movements(1)).hasSize(4);
        assertThat(movements(1).get(0))
                .extracting(Movement::amount, Movement::balance, Movement::reason, Movement::taskId)
                .containsExactly(30L, 80L, "test", "task_a");
        everythingAddsUp();
    }

    @Test
    void theDatabaseRefusesASecondRefund() throws SQLException {
        account(1, 100);
        charge(new Charge(1, 30, 7, 1, "task_a"));
        refund(new Charged(7, 1));

        assertThatThrownBy(
                        () -> execute(
                                "insert into ledger (account_id, amount, balance, reason, refund_of)"
                                        + " select account_id, amount, balance, reason, refund_of from ledger where refund_of is not null"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> execute("update account set quota = -1")).isInstanceOf(SQLException.class);
    }

    @Test
    void oneRefundIsForManyTasksOfManyAccounts() throws SQLException {
        List<Charged> all = new ArrayList<>();
        for (long account = 1; account <= 5; account++) {
            account(account, 1_000);
            for (int task = 0; task < 20; task++) {
                Charge charge = new Charge(account, task, lastTask.incrementAndGet(), 1, "t");
                charge(charge);
                all.add(new Charged(charge.task(), 1));
            }
        }
        Collections.shuffle(all, new Random(5));

        refund(all.toArray(Charged[]::new));

        for (long account = 1; account <= 5; account++) {
            assertThat(figures(account)).containsExactly(1_000L, 0L);
        }
        everythingAddsUp();
    }

    @Test
    void whatIsRolledBackNeverWas() throws SQLException {
        account(1, 100);

        assertThatThrownBy(() -> database.transaction(connection -> {
                    ledger.charge(connection, new Charge(1, 30, 7, 1, "task_a"));
                    throw new SQLException("broken by a test", "XX000");
                }))
                .hasMessageContaining("broken by a test");

        assertThat(figures(1)).containsExactly(100L, 0L);
        assertThat(movements(1)).hasSize(1);
    }

    @Test
    void grantsMayBeNegativeButNeverMoreThanThereIs() throws SQLException {
        account(1, 100);

        assertThat(grant(1, 50)).hasValue(150);
        assertThat(grant(1, -150)).hasValue(0);
        assertThat(grant(1, -1)).isEmpty();
        assertThat(grant(1, 1L << 53)).isEmpty();
        assertThat(grant(2, 1)).isEmpty();

        assertThat(movements(1)).extracting(Movement::amount).containsExactly(-150L, 50L, 100L);
        everythingAddsUp();
    }

    @Test
    void noRefundLiftsABalanceAboveTheLargest() throws SQLException {
        long most = (1L << 53) - 1;
        account(1, 100);
        charge(new Charge(1, 30, 7, 1, "task_a"));

        assertThat(grant(1, most - 70)).as("with what may come back").isEmpty();
        assertThat(grant(1, most - 100)).hasValue(most - 30);
        refund(new Charged(7, 1));
        assertThat(figures(1)).containsExactly(most, 0L);
        assertThat(grant(1, 1)).isEmpty();
        assertThat(grant(1, -1)).hasValue(most - 1);
        everythingAddsUp();
    }

    @Test
    void theLedgerIsReadInPages() throws SQLException {
        account(1, 100);
        grant(1, 1);
        grant(1, 2);
        List<Movement> all = movements(1);

        List<Movement> first = database.statement(c -> ledger.movements(c, 1, 2, Long.MAX_VALUE));
        List<Movement> second =
                database.statement(c -> ledger.movements(c, 1, 2, first.get(1).id()));

        assertThat(first).containsExactlyElementsOf(all.subList(0, 2));
        assertThat(second).containsExactlyElementsOf(all.subList(2, 3));
    }

    /** Charges, refunds (each task's by several at once) and grants of 8 threads; somebody looks all the time. */
    @Test
    void atEveryMomentTheLedgerIsTheBalance() throws Exception {
        int accounts = 4;
        for (long account = 1; account <= accounts; account++) {
            account(account, 500);
        }
        Map<Long, Charge> charged = new ConcurrentHashMap<>();
        Map<Long, Boolean> refunded = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(9);
        try {
            Future<Integer> watch = threads.submit(() -> {
                int looks = 0;
                for (boolean last = false; !last; looks++) {
                    last = over.get();
                    everythingAddsUp();
                }
                return looks;
            });
            List<Callable<Void>> work = new ArrayList<>();
            for (int seed = 0; seed < 8; seed++) {
                Random random = new Random(seed);
                work.add(() -> {
                    for (int i = 0; i < 60; i++) {
                        move(random, accounts, charged, refunded);
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
            over.set(true);
            assertThat(watch.get()).isPositive();
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        Map<Long, Long> used = new TreeMap<>();
        charged.forEach((task, charge) ->
                used.merge(charge.account(), refunded.containsKey(task) ? 0 : charge.amount(), Long::sum));
        for (long account = 1; account <= accounts; account++) {
            assertThat(figures(account).get(1)).isEqualTo(used.getOrDefault(account, 0L));
        }
        assertThat(number("select count(*) from ledger where refund_of is not null"))
                .isEqualTo(refunded.keySet().stream()
                        .filter(task -> charged.get(task).amount() > 0)
                        .count())
                .isPositive();
    }

    private void move(Random random, int accounts, Map<Long, Charge> charged, Map<Long, Boolean> refunded)
            throws SQLException {
        long account = 1 + random.nextInt(accounts);
        switch (random.nextInt(4)) {
            case 0, 1 -> {
                Charge charge = new Charge(account, random.nextInt(60), lastTask.incrementAndGet(), 1, "t");
                if (charge(charge)) {
                    charged.put(charge.task(), charge);
                }
            }
            case 2 -> {
                List<Charged> tasks = charged.keySet().stream()
                        .filter(task -> random.nextInt(4) == 0)
                        .map(task -> new Charged(task, 1))
                        .toList();
                refund(tasks.toArray(Charged[]::new));
                tasks.forEach(task -> refunded.put(task.task(), true));
            }
            default -> grant(account, random.nextInt(100) - 40);
        }
    }

    /** While a transaction holds one account, what others do with other accounts goes on. */
    @Test
    void anAccountThatIsBusyHoldsUpNobodyElse() throws Exception {
        account(1, 100);
        account(2, 100);
        CountDownLatch other = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            boolean done = database.transaction(connection -> {
                ledger.charge(connection, new Charge(1, 30, 7, 1, "task_a"));
                threads.submit(() -> {
                    charge(new Charge(2, 30, 8, 1, "task_b"));
                    refund(new Charged(8, 1));
                    other.countDown();
                    return null;
                });
                try {
                    return other.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(done).isTrue();
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean charge(Charge charge) throws SQLException {
        return database.transaction(connection -> ledger.charge(connection, charge));
    }

    private void refund(Charged... tasks) throws SQLException {
        database.transaction(connection -> {
            ledger.refund(connection, List.of(tasks), "test");
            return null;
        });
    }

    private OptionalLong grant(long account, long amount) throws SQLException {
        return database.transaction(connection -> ledger.grant(connection, account, amount, "test"));
    }

    private List<Movement> movements(long account) throws SQLException {
        return database.statement(connection -> ledger.movements(connection, account, 1_000, Long.MAX_VALUE));
    }

    private List<Long> figures(long account) throws SQLException {
        return List.of(
                number("select quota from account where id = " + account),
                number("select used_quota from account where id = " + account));
    }

    /** As one moment shows it: H2 lets a statement see what is committed while it runs, unless it is told otherwise. */
    private void everythingAddsUp() throws SQLException {
        try (Connection connection = store().pool().getConnection()) {
            int usual = connection.getTransactionIsolation();
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try (Statement select = connection.createStatement();
                    ResultSet row = select.executeQuery("select count(*) from (select a.quota,"
                            + " (select coalesce(sum(l.amount), 0) from ledger l where l.account_id = a.id) as moved,"
                            + " coalesce((select l.balance from ledger l where l.account_id = a.id"
                            + " order by l.id desc limit 1), 0) as told"
                            + " from account a) x where quota <> moved or quota <> told or quota < 0")) {
                row.next();
                assertThat(row.getLong(1)).isZero();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
                connection.setTransactionIsolation(usual);
            }
        }
    }

    private void account(long id, long quota) throws SQLException {
        execute("insert into account (id, name, role, enabled, quota, created_at) values (" + id + ", 'a" + id
                + "', 'user', true, 0, current_timestamp)");
        grant(id, quota);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = store().pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        return database.statement(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql);
                    ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}

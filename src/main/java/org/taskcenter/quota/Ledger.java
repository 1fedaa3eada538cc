package org.taskcenter.quota;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.taskcenter.store.OneNumber;

/**
 * The one place that moves balances. Whatever does so stores a row of the ledger in the same transaction, which is the caller's,
 * so the sum of an account's rows is its balance whenever anybody looks. An account's row is locked from the movement to the end
 * of the transaction; transactions that move several accounts do it in the order of their ids.
 */
public final class Ledger {
    private static final String TAKE =
            "update account set quota = quota - ?, used_quota = used_quota + ? where id = ? and quota >= ? and not deleted";
    private static final String GIVE_BACK =
            "update account set quota = quota + ?, used_quota = used_quota - ? where id = ?";
    private static final String GRANT = "update account set quota = quota + ? where id = ? and quota + ? >= 0";

    /** The balance is read by the same statement: a round trip fewer while others wait for the account. */
    private static final String INSERT_CHARGE =
            "insert into ledger (account_id, amount, balance, reason, task_id, task_name, generation)"
                    + " select id, ?, quota, 'charge', ?, ?, ? from account where id = ?";

    private static final String INSERT_GRANT = "insert into ledger (account_id, amount, balance, reason)"
            + " select id, ?, quota, ? from account where id = ?";

    private static final String INSERT_REFUND = "insert into ledger"
            + " (account_id, amount, balance, reason, task_id, task_name, generation, refund_of)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)";

    /** Charges of the given generations that have not been given back. */
    private static final String OPEN = """
            select c.id, c.account_id, -c.amount, c.task_id, c.task_name, c.generation
              from unnest(cast(? as bigint array), cast(? as int array)) as given (task_id, generation)
                   join ledger c on c.task_id = given.task_id and c.generation = given.generation
             where c.refund_of is null and c.amount < 0
               and not exists (select 1 from ledger r where r.refund_of = c.id)
             order by c.account_id, c.id""";

    private static final String LOCK = """
            select id, quota from account
             where id in (select * from unnest(cast(? as bigint array))) order by id for update""";

    /**
     * The largest sum of balance and use: numbers in JSON are exact up to here. Charges and refunds leave the sum as it is, so that
     * no refund can lift a balance above it.
     */
    private static final long MOST = (1L << 53) - 1;

    private record Open(long id, long account, long amount, long task, String taskId, int generation) {}

    /**
     * Takes what a task costs, where the account has as much. Nothing is taken and stored for a cost of 0.
     *
     * @return false where it has too little, and nothing was changed
     */
    public boolean charge(Connection connection, Charge charge) throws SQLException {
        if (charge.amount() == 0) {
            return true;
        }
        try (PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setLong(1, charge.amount());
            take.setLong(2, charge.amount());
            take.setLong(3, charge.account());
            take.setLong(4, charge.amount());
            if (take.executeUpdate() == 0) {
                return false;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT_CHARGE)) {
            insert.setLong(1, -charge.amount());
            insert.setLong(2, charge.task());
            insert.setString(3, charge.taskId());
            insert.setInt(4, charge.generation());
            insert.setLong(5, charge.account());
            insert.executeUpdate();
        }
        return true;
    }

    /**
     * Gives back what generations of tasks were charged. Those that were charged nothing, or got it back before, are left alone.
     *
     * @param reason why, at most 255 characters
     */
    public void refund(Connection connection, Collection<Charged> tasks, String reason) throws SQLException {
        List<Open> open = open(connection, tasks);
        if (open.isEmpty()) {
            return;
        }
        SortedMap<Long, Long> balances = lock(connection, open);
        SortedMap<Long, Long> sums = new TreeMap<>();
        // Read again behind the locks: somebody may have been faster.
        try (PreparedStatement insert = connection.prepareStatement(INSERT_REFUND)) {
            for (Open charge : open(connection, tasks)) {
                sums.merge(charge.account(), charge.amount(), Long::sum);
                long balance = balances.merge(charge.account(), charge.amount(), Long::sum);
                insert.setLong(1, charge.account());
                insert.setLong(2, charge.amount());
                insert.setLong(3, balance);
                insert.setString(4, reason);
                insert.setLong(5, charge.task());
                insert.setString(6, charge.taskId());
                insert.setInt(7, charge.generation());
                insert.setLong(8, charge.id());
                insert.addBatch();
            }
            if (sums.isEmpty()) {
                return;
            }
            insert.executeBatch();
        }
        try (PreparedStatement giveBack = connection.prepareStatement(GIVE_BACK)) {
            for (var sum : sums.entrySet()) {
                giveBack.setLong(1, sum.getValue());
                giveBack.setLong(2, sum.getValue());
                giveBack.setLong(3, sum.getKey());
                giveBack.addBatch();
            }
            giveBack.executeBatch();
        }
    }

    /**
     * Gives an account quota, or takes some away.
     *
     * @param amount may be negative
     * @param reason why, at most 255 characters
     * @return the balance after it; empty where it would fall below 0, or grow with what is used beyond 2^53 - 1, or
     *     where there is no such account, and nothing was changed
     */
    public OptionalLong grant(Connection connection, long account, long amount, String reason) throws SQLException {
        try (PreparedStatement grant =
                connection.prepareStatement(GRANT + " and (? <= 0 or quota + used_quota + ? <= " + MOST + ")")) {
            grant.setLong(1, amount);
            grant.setLong(2, account);
            grant.setLong(3, amount);
            grant.setLong(4, amount);
            grant.setLong(5, amount);
            if (grant.executeUpdate() == 0) {
                return OptionalLong.empty();
            }
        }
        if (amount != 0) {
            try (PreparedStatement insert = connection.prepareStatement(INSERT_GRANT)) {
                insert.setLong(1, amount);
                insert.setString(2, reason);
                insert.setLong(3, account);
                insert.executeUpdate();
            }
        }
        return OptionalLong.of(balance(connection, account));
    }

    /** An account's newest rows before the row {@code before}, newest first. */
    public List<Movement> movements(Connection connection, long account, int limit, long before) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select id, at, amount, balance, reason, task_name"
                + " from ledger where account_id = ? and id < ? order by account_id desc, id desc limit ?")) {
            select.setLong(1, account);
            select.setLong(2, before);
            select.setInt(3, limit);
            try (ResultSet rows = select.executeQuery()) {
                List<Movement> movements = new ArrayList<>();
                while (rows.next()) {
                    movements.add(new Movement(
                            rows.getLong(1),
                            rows.getObject(2, OffsetDateTime.class).toInstant(),
                            rows.getLong(3),
                            rows.getLong(4),
                            rows.getString(5),
                            rows.getString(6)));
                }
                return movements;
            }
        }
    }

    private static List<Open> open(Connection connection, Collection<Charged> given) throws SQLException {
        List<Charged> tasks = given.stream().distinct().toList();
        try (PreparedStatement select = connection.prepareStatement(OPEN)) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint", tasks.stream().map(Charged::task).toArray(Long[]::new)));
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "int", tasks.stream().map(Charged::generation).toArray(Integer[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                List<Open> open = new ArrayList<>();
                while (rows.next()) {
                    open.add(new Open(
                            rows.getLong(1),
                            rows.getLong(2),
                            rows.getLong(3),
                            rows.getLong(4),
                            rows.getString(5),
                            rows.getInt(6)));
                }
                return open;
            }
        }
    }

    private static SortedMap<Long, Long> lock(Connection connection, List<Open> open) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(LOCK)) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint",
                            open.stream().map(Open::account).distinct().toArray(Long[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                SortedMap<Long, Long> balances = new TreeMap<>();
                while (rows.next()) {
                    balances.put(rows.getLong(1), rows.getLong(2));
                }
                return balances;
            }
        }
    }

    private static long balance(Connection connection, long account) throws SQLException {
        return OneNumber.of(connection, "select quota from account where id = ?", account);
    }
}

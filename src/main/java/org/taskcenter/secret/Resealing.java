package org.taskcenter.secret;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.taskcenter.store.Database;
import org.taskcenter.store.OneNumber;

/**
 * Seals anew what an earlier key sealed, in the background and in short transactions, and notes when nothing of it is left and
 * nobody seals with that key any more. Members may do it side by side: a value is replaced only where it is still the one that
 * was read.
 */
public final class Resealing implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final int PAGE = 500;

    private final Database database;
    private final Vault vault;
    private final List<SealedColumn> columns;
    private final Thread thread;

    /** @param columns all that hold what the vault has sealed */
    public Resealing(Database database, Vault vault, List<SealedColumn> columns, ThreadFactory threads) {
        this.database = database;
        this.vault = vault;
        this.columns = List.copyOf(columns);
        this.thread = threads.newThread(this::run);
    }

    /** Begins. */
    public Resealing start() {
        thread.start();
        return this;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                try {
                    while (round()) {
                        // There was something: look again at once whether all of it is done.
                    }
                } catch (SQLException | RuntimeException e) {
                    SecretLog.LOG.cannotSealAnew(e.toString());
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at everything once, where a key is being replaced; whether something was sealed anew. */
    boolean round() throws SQLException {
        String old = database.statement(Resealing::oldKey);
        if (old == null) {
            return false;
        }
        // Asked first: what such a member still seals must be found by a look that begins when it has gone.
        boolean inUse = database.statement(Resealing::isOldKeyInUse);
        long sealed = 0;
        for (SealedColumn column : columns) {
            sealed += sealAnew(column);
        }
        if (sealed == 0 && !inUse && database.statement(connection -> end(connection, old))) {
            SecretLog.LOG.keyEnded(old);
        }
        return sealed > 0;
    }

    private long sealAnew(SealedColumn column) throws SQLException {
        long sealed = 0;
        long last = Long.MIN_VALUE;
        while (true) {
            long after = last;
            Page page = database.statement(connection -> page(connection, column, after));
            if (!page.old().isEmpty()) {
                sealed += database.transaction(connection -> replace(connection, column, page.old()));
            }
            if (page.size() < PAGE) {
                return sealed;
            }
            last = page.last();
        }
    }

    private Page page(Connection connection, SealedColumn column, long after) throws SQLException {
        String sql = "select id, case when substring(sealed from 1 for %d) <> ? then sealed end"
                + " from (select %s as id, %s as sealed from %s where %s > ? order by %s limit %d) page order by id";
        try (PreparedStatement select = connection.prepareStatement(sql.formatted(
                vault.header().length, column.id(), column.column(), column.table(), column.id(), column.id(), PAGE))) {
            select.setBytes(1, vault.header());
            select.setLong(2, after);
            try (var rows = select.executeQuery()) {
                List<Value> old = new ArrayList<>();
                int size = 0;
                long last = after;
                while (rows.next()) {
                    size++;
                    last = rows.getLong(1);
                    byte[] sealed = rows.getBytes(2);
                    if (sealed != null) {
                        old.add(new Value(last, sealed));
                    }
                }
                return new Page(size, last, old);
            }
        }
    }

    private int replace(Connection connection, SealedColumn column, List<Value> old) throws SQLException {
        String sql = "update %s set %s = ? where %s = ? and %s = ?"
                .formatted(column.table(), column.column(), column.id(), column.column());
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            int replaced = 0;
            for (Value value : old) {
                byte[] anew = anew(column, value);
                if (anew != null) {
                    update.setBytes(1, anew);
                    update.setLong(2, value.row());
                    update.setBytes(3, value.sealed());
                    update.addBatch();
                    replaced++;
                }
            }
            update.executeBatch();
            return replaced;
        }
    }

    private byte[] anew(SealedColumn column, Value value) {
        try {
            return vault.seal(column, value.row(), vault.open(column, value.row(), value.sealed()));
        } catch (CannotOpen e) {
            SecretLog.LOG.doesNotOpen(e.getMessage());
            return null;
        }
    }

    private static String oldKey(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select old_key from vault");
                var row = select.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    /** Members that have not started since the key was changed seal with the one before. */
    private static boolean isOldKeyInUse(Connection connection) throws SQLException {
        return OneNumber.of(
                        connection,
                        "select count(*) from member, vault"
                                + " where member.state = 'alive' and member.started_at < vault.changed_at")
                > 0;
    }

    private static boolean end(Connection connection, String old) throws SQLException {
        try (var update = connection.prepareStatement("update vault set old_key = null,"
                + " ended_keys = trim(ended_keys || ' ' || old_key) where old_key = ?")) {
            update.setString(1, old);
            return update.executeUpdate() == 1;
        }
    }

    private record Page(int size, long last, List<Value> old) {}

    private record Value(long row, byte[] sealed) {}
}

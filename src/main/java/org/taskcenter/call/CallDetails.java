package org.taskcenter.call;

import java.net.URI;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.task.Details;

/** What calls are to send, in the table {@code call}. */
public final class CallDetails implements Details<NewCall> {
    private static final String READ = """
            select task_id, url, method, case when octet_length(content) <= ? then content end, timeout_ms, max_attempts,
                   min_backoff_ms, max_backoff_ms, deadline_ms, unsafe, at_most_once, octet_length(content)
              from call where task_id = any (?)""";

    /** Calls that send no more than this are read many at once. */
    static final int SHORT = 16 * 1024;

    /** What is due later than this is not kept until then. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** A call as it is stored. */
    record Stored(
            String url,
            String method,
            Map<String, String> headers,
            byte[] body,
            Duration timeout,
            Retry retry,
            boolean atMostOnce) {
        /** About how many bytes of memory what it sends takes. */
        int size() {
            int size = url.length() + (body == null ? 0 : body.length);
            for (Map.Entry<String, String> header : headers.entrySet()) {
                size += HEADER + header.getKey().length() + header.getValue().length();
            }
            return size;
        }
    }

    /**
     * What has been read of calls.
     *
     * @param calls by task; without those that cannot be read, now or ever
     * @param longer how many bytes those that are too long to be read with others take, by task
     */
    record Loaded(Map<Long, Stored> calls, Map<Long, Integer> longer) {}

    /** Where the result of a call goes, if its client has named an address. */
    public static final SealedColumn RETURN_ADDRESS = new SealedColumn("call", "task_id", "return_address");

    private static final SealedColumn CONTENT = new SealedColumn("call", "task_id", "content");
    private static final long FRESH_BYTES = 32L << 20;
    /** What a header takes besides its texts, about. */
    private static final int HEADER = 100;

    private final Vault vault;
    private final FreshCalls fresh = new FreshCalls(FRESH_BYTES, System::nanoTime);

    /** @param vault seals what may hold secrets */
    public CallDetails(Vault vault) {
        this.vault = vault;
    }

    /** The columns that are sealed. */
    public static List<SealedColumn> columns() {
        return List.of(CONTENT, RETURN_ADDRESS);
    }

    @Override
    public Rows rows(long[] ids, List<NewCall> calls) {
        int n = ids.length;
        String[] method = new String[n];
        byte[][] content = new byte[n][];
        Integer[] timeout = new Integer[n];
        Integer[] maxAttempts = new Integer[n];
        Long[] minBackoff = new Long[n];
        Long[] maxBackoff = new Long[n];
        Long[] deadline = new Long[n];
        Boolean[] unsafe = new Boolean[n];
        Boolean[] atMostOnce = new Boolean[n];
        byte[][] returnAddress = new byte[n][];
        Long[] account = new Long[n];
        for (int i = 0; i < n; i++) {
            NewCall call = calls.get(i);
            method[i] = call.method();
            content[i] = sealed(ids[i], call);
            timeout[i] = (int) call.timeout().toMillis();
            maxAttempts[i] = call.retry().maxAttempts();
            minBackoff[i] = call.retry().minBackoff().toMillis();
            maxBackoff[i] = call.retry().maxBackoff().toMillis();
            deadline[i] = call.retry().deadline().toMillis();
            unsafe[i] = call.retry().unsafe();
            atMostOnce[i] = call.atMostOnce();
            returnAddress[i] = vault.sealText(RETURN_ADDRESS, ids[i], text(call.returnPath()));
            account[i] = call.account();
            if (call.delay().compareTo(SOON) <= 0) {
                fresh.add(ids[i], stored(call));
            }
        }
        return new Rows(
                "call",
                List.of(
                        new Column("method", "text", method),
                        new Column("content", "bytea", content),
                        new Column("timeout_ms", "int", timeout),
                        new Column("max_attempts", "int", maxAttempts),
                        new Column("min_backoff_ms", "bigint", minBackoff),
                        new Column("max_backoff_ms", "bigint", maxBackoff),
                        new Column("deadline_ms", "bigint", deadline),
                        new Column("unsafe", "boolean", unsafe),
                        new Column("at_most_once", "boolean", atMostOnce),
                        new Column("return_address", "bytea", returnAddress),
                        new Column("account_id", "bigint", account)));
    }

    @Override
    public void notStored(long id) {
        fresh.take(id);
    }

    private byte[] sealed(long task, NewCall call) {
        return vault.seal(CONTENT, task, new CallContent(call.url().toString(), call.headers(), call.body()).pack());
    }

    private CallContent opened(long task, byte[] sealed, String url) {
        return CallContent.unpack(sealed == null ? null : vault.open(CONTENT, task, sealed), url);
    }

    private static String text(URI uri) {
        return uri == null ? null : uri.toString();
    }

    private static Stored stored(NewCall call) {
        return new Stored(
                call.url().toString(),
                call.method(),
                call.headers(),
                call.body(),
                call.timeout(),
                call.retry(),
                call.atMostOnce());
    }

    /** The stored calls of these tasks; long ones that are not in memory by their lengths alone. */
    Loaded load(Database database, List<Long> tasks) throws SQLException {
        Loaded loaded = new Loaded(new HashMap<>(), new HashMap<>());
        List<Long> others = new ArrayList<>();
        for (Long task : tasks) {
            Stored call = fresh.take(task);
            if (call == null) {
                others.add(task);
            } else {
                loaded.calls().put(task, call);
            }
        }
        if (!others.isEmpty()) {
            read(database, others, SHORT, loaded);
        }
        return loaded;
    }

    /** The same of tasks whose calls are long, all of them. */
    Map<Long, Stored> loadLong(Database database, List<Long> tasks) throws SQLException {
        Loaded loaded = new Loaded(new HashMap<>(), new HashMap<>());
        read(database, tasks, Integer.MAX_VALUE, loaded);
        return loaded.calls();
    }

    private void read(Database database, List<Long> tasks, int longest, Loaded into) throws SQLException {
        database.statement(connection -> {
            try (PreparedStatement select = connection.prepareStatement(READ)) {
                select.setInt(1, longest);
                select.setArray(2, connection.createArrayOf("bigint", tasks.toArray(Long[]::new)));
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        read(rows, longest, into);
                    }
                }
            }
            return null;
        });
    }

    private void read(ResultSet row, int longest, Loaded into) throws SQLException {
        long task = row.getLong(1);
        int length = row.getInt(12);
        if (length > longest) {
            into.longer().put(task, length);
            return;
        }
        try {
            into.calls().put(task, read(row));
        } catch (CannotOpen e) {
            CallLog.LOG.unreadable(task, e.getMessage());
        }
    }

    private Stored read(ResultSet row) throws SQLException {
        CallContent content = opened(row.getLong(1), row.getBytes(4), row.getString(2));
        Retry retry = new Retry(
                row.getInt(6),
                Duration.ofMillis(row.getLong(7)),
                Duration.ofMillis(row.getLong(8)),
                Duration.ofMillis(row.getLong(9)),
                row.getBoolean(10));
        return new Stored(
                content.url(),
                row.getString(3),
                content.headers(),
                content.body(),
                Duration.ofMillis(row.getInt(5)),
                retry,
                row.getBoolean(11));
    }
}

package org.taskcenter.account;

import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.taskcenter.store.Database;

/** Who changed what, when, from where. Rows are written in the transaction of the change, and never changed. */
public final class Audit {
    private static final String INSERT = "insert into audit (account_id, who, action, target, detail, source, request)"
            + " values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    private static final String JDBC_INSERT = INSERT.replaceAll("\\?\\d", "?");
    private static final int LONGEST_DETAIL = 4_000;

    private final Database database;

    public Audit(Database database) {
        this.database = database;
    }

    /**
     * A row of the audit.
     *
     * @param who the account's name
     * @param from the address the change was asked for from
     * @param request the id of the request that asked for it; null where none did, or in old rows
     */
    public record Entry(
            long id,
            Instant at,
            long account,
            String who,
            String action,
            String target,
            String detail,
            String from,
            String request) {}

    /**
     * Stores who makes a change, on the change's connection.
     *
     * @param action what is done, such as {@code dispatch.pause}
     * @param target what it is done to
     * @param detail how it is afterwards, without secrets
     */
    public static void write(Connection connection, Actor actor, String action, String target, String detail)
            throws SQLException {
        try (var insert = connection.prepareStatement(JDBC_INSERT)) {
            Object[] values = values(actor, action, target, detail);
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            insert.executeUpdate();
        }
    }

    static void write(EntityManager entities, Actor actor, String action, String target, String detail) {
        var insert = entities.createNativeQuery(INSERT);
        Object[] values = values(actor, action, target, detail);
        for (int i = 0; i < values.length; i++) {
            insert.setParameter(i + 1, values[i]);
        }
        insert.executeUpdate();
    }

    /** The newest rows before the row {@code before}, newest first. */
    public List<Entry> read(int limit, long before) throws SQLException {
        return database.statement(connection -> {
            try (var select = connection.prepareStatement(
                    "select id, at, account_id, who, action, target, detail, source, request"
                            + " from audit where id < ? order by id desc limit ?")) {
                select.setLong(1, before);
                select.setInt(2, limit);
                try (var rows = select.executeQuery()) {
                    List<Entry> entries = new ArrayList<>();
                    while (rows.next()) {
                        entries.add(new Entry(
                                rows.getLong(1),
                                rows.getObject(2, OffsetDateTime.class).toInstant(),
                                rows.getLong(3),
                                rows.getString(4),
                                rows.getString(5),
                                rows.getString(6),
                                rows.getString(7),
                                rows.getString(8),
                                rows.getString(9)));
                    }
                    return entries;
                }
            }
        });
    }

    private static Object[] values(Actor actor, String action, String target, String detail) {
        return new Object[] {
            actor.caller().id(),
            actor.caller().name(),
            action,
            cut(target, 300),
            cut(detail, LONGEST_DETAIL),
            cut(actor.source(), 255),
            actor.request()
        };
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        // Half a character cannot be stored.
        return text.substring(0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
    }
}

package org.taskcenter.account;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;

/**
 * The secrets that results are signed with before they are pushed to clients. They are remembered until an account changes, on
 * whatever member, so that a push costs no round trip.
 */
public final class WebhookSecrets {
    private static final int MOST_REMEMBERED = 10_000;
    private static final int MOST_ACCOUNTS = 5;
    private static final String SECRETS =
            "select a.id, a.webhook_secret, a.webhook_secret_before, a.webhook_secret_before_until from account a";

    private final Database database;
    private final Vault vault;
    private final Clock clock;

    /** By client name. A new map takes its place where what it holds may be out of date. */
    private volatile ConcurrentHashMap<String, List<Signing>> known = new ConcurrentHashMap<>();

    /** @param identities knows when accounts have changed */
    public WebhookSecrets(Database database, Vault vault, Identities identities, Clock clock) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
        identities.whenForgotten(() -> known = new ConcurrentHashMap<>());
    }

    /** The columns that hold them sealed. */
    public static List<SealedColumn> columns() {
        return List.of(WebhookSecret.CURRENT, WebhookSecret.BEFORE);
    }

    /**
     * Gives every account a secret that has none: the first one, which no request has made. Nobody has been shown it;
     * administrators can have it renewed.
     */
    public void complete() throws SQLException {
        database.transaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                            "update account set webhook_secret = ? where id = ? and webhook_secret is null");
                    PreparedStatement select = connection.prepareStatement(
                            "select id from account where webhook_secret is null order by id");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long account = rows.getLong(1);
                    update.setBytes(1, vault.seal(WebhookSecret.CURRENT, account, WebhookSecret.make()));
                    update.setLong(2, account);
                    update.addBatch();
                }
                return update.executeBatch();
            }
        });
    }

    /**
     * The secrets in force for what is sent to a client: a signature by each of them belongs to it. Those of one account are
     * one, or two for a day after a renewal, the newest first. Where several accounts may use the client's name, each has its
     * own, and checks the signatures for one that it knows.
     *
     * @param client the {@code from} of the Manager API
     * @return keys for HMAC: what stands in base64 behind {@code whsec_}; empty where no account may use the name any more
     * @throws SQLException where the database does not answer, and they are not remembered; or where one does not open
     */
    public List<byte[]> ofClient(String client) throws SQLException {
        return inForce("client " + client, " join account_from f on f.account_id = a.id where f.name = ?", client);
    }

    /** The secrets in force for what is sent to an account, as {@link #ofClient}. */
    public List<byte[]> ofAccount(long account) throws SQLException {
        return inForce("account " + account, " where a.id = ?", account);
    }

    private List<byte[]> inForce(String name, String condition, Object value) throws SQLException {
        ConcurrentHashMap<String, List<Signing>> map = known;
        List<Signing> signing = map.get(name);
        if (signing == null) {
            signing = database.statement(connection -> read(connection, condition, value));
            if (map.size() >= MOST_REMEMBERED) {
                map.clear();
            }
            map.put(name, signing);
        }
        Instant now = clock.instant();
        return signing.stream()
                .filter(one -> one.until() == null || now.isBefore(one.until()))
                .map(Signing::secret)
                .toList();
    }

    private List<Signing> read(Connection connection, String condition, Object value) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(SECRETS + condition + " order by a.deleted, a.id limit " + MOST_ACCOUNTS)) {
            select.setObject(1, value);
            try (ResultSet rows = select.executeQuery()) {
                List<Signing> signing = new ArrayList<>();
                while (rows.next()) {
                    long account = rows.getLong(1);
                    add(signing, WebhookSecret.CURRENT, account, rows.getBytes(2), null);
                    add(
                            signing,
                            WebhookSecret.BEFORE,
                            account,
                            rows.getBytes(3),
                            rows.getObject(4, OffsetDateTime.class));
                }
                return List.copyOf(signing);
            }
        }
    }

    private void add(List<Signing> signing, SealedColumn column, long account, byte[] sealed, OffsetDateTime until)
            throws SQLException {
        if (sealed == null) {
            return;
        }
        try {
            signing.add(new Signing(vault.open(column, account, sealed), until == null ? null : until.toInstant()));
        } catch (CannotOpen e) {
            // What goes out without a signature would be believed by nobody: it has to wait until this is mended.
            throw new SQLException(e.getMessage(), e);
        }
    }

    private record Signing(byte[] secret, Instant until) {}
}

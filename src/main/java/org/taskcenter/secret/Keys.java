package org.taskcenter.secret;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.taskcenter.config.KeySettings;
import org.taskcenter.config.Secret;
import org.taskcenter.config.Settings;
import org.taskcenter.store.Database;

/**
 * What members have agreed on about the keys that secrets are stored under, by the row of the table {@code vault}. A key is
 * changed in two rounds of restarts: in the first, each member learns to open what the next key seals; in the second, each
 * seals with it. So all members can open everything at all times. A start that would break that is refused.
 */
public final class Keys {
    private static final String HOW_TO_CHANGE = "how keys are changed stands in docs/operations.md";

    private final Database database;
    private final KeySettings settings;
    private final KeyFile file;
    private final Optional<Duration> lease;

    /** @param settings what the operator gives, the home for a key of our own */
    public Keys(Database database, Settings settings) {
        this(
                database,
                settings.secretKeys(),
                new KeyFile(settings.home()),
                settings.database().isPostgresql() ? Optional.of(settings.lease()) : Optional.empty());
    }

    /** @param lease after how long without a sign of life others are gone; empty where there can be no others */
    Keys(Database database, KeySettings settings, KeyFile file, Optional<Duration> lease) {
        this.database = database;
        this.settings = settings;
        this.file = file;
        this.lease = lease;
    }

    /**
     * The vault of this member.
     *
     * @throws UnfitKey where its key is not the one to start with
     */
    public Vault agree() throws SQLException, IOException {
        VaultKey current = new VaultKey(current());
        Optional<VaultKey> other = settings.other()
                .map(VaultKey::new)
                .filter(key -> !key.fingerprint().equals(current.fingerprint()));
        database.transaction(connection -> {
            agree(connection, current.fingerprint(), other.map(VaultKey::fingerprint));
            return null;
        });
        return new Vault(current, other);
    }

    private Secret current() throws SQLException, IOException {
        Optional<Secret> known = settings.current().isPresent() ? settings.current() : file.read();
        if (known.isPresent()) {
            return known.get();
        }
        String expected =
                database.statement(connection -> Agreed.read(connection).current());
        if (expected != null) {
            throw new UnfitKey("The key " + expected + " that secrets are stored under is gone: bring " + file
                    + " back from a backup, or set TASKCENTER_SECRET_KEY to the key");
        }
        return file.make();
    }

    private void agree(Connection connection, String mine, Optional<String> other) throws SQLException {
        Agreed agreed = Agreed.lock(connection);
        if (agreed.current() == null) {
            agreed.first(connection, mine);
        } else if (agreed.current().equals(mine)) {
            knowsOld(agreed, other);
            if (!other.equals(Optional.ofNullable(agreed.next())) && agreed.old() == null) {
                agreed.announce(connection, other.orElse(null));
            }
        } else if (agreed.ended().contains(mine) || mine.equals(agreed.old())) {
            throw new UnfitKey("TASKCENTER_SECRET_KEY is the key " + mine + ", which " + agreed.current()
                    + " has taken the place of: set TASKCENTER_SECRET_KEY to that one"
                    + (mine.equals(agreed.old()) ? " and TASKCENTER_SECRET_KEY_OLD to this one" : ""));
        } else if (!other.equals(Optional.of(agreed.current()))) {
            throw new UnfitKey("TASKCENTER_SECRET_KEY is not the key of this database: its fingerprint is " + mine
                    + ", expected is " + agreed.current() + "; " + HOW_TO_CHANGE);
        } else {
            change(connection, agreed, mine);
        }
    }

    private static void knowsOld(Agreed agreed, Optional<String> other) {
        if (agreed.old() != null && !other.equals(Optional.of(agreed.old()))) {
            throw new UnfitKey("Secrets are still stored under the earlier key " + agreed.old()
                    + ": set TASKCENTER_SECRET_KEY_OLD to it until the log says that it can go");
        }
    }

    private void change(Connection connection, Agreed agreed, String mine) throws SQLException {
        if (agreed.old() != null) {
            throw new UnfitKey("The key cannot be changed yet: secrets are still stored under the one before, "
                    + agreed.old() + "; " + HOW_TO_CHANGE);
        }
        if (lease.isPresent() && agreed.cannotOpen(connection, mine, lease.get())) {
            throw new UnfitKey("Members are running that cannot open what the new key " + mine
                    + " seals: first start each of them with TASKCENTER_SECRET_KEY as it was and TASKCENTER_SECRET_KEY_OLD"
                    + " set to the new key; " + HOW_TO_CHANGE);
        }
        agreed.change(connection, mine);
        SecretLog.LOG.keyChanged(mine, agreed.current());
    }

    /** The row. */
    private record Agreed(String current, String next, String old, List<String> ended) {
        static Agreed read(Connection connection) throws SQLException {
            try (var select = connection.prepareStatement(
                            "select current_key, next_key, old_key, ended_keys from vault");
                    var row = select.executeQuery()) {
                row.next();
                return new Agreed(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        List.of(row.getString(4).split(" ")));
            }
        }

        static Agreed lock(Connection connection) throws SQLException {
            execute(connection, "update vault set ended_keys = ended_keys");
            return read(connection);
        }

        void first(Connection connection, String key) throws SQLException {
            execute(connection, "update vault set current_key = ?, changed_at = current_timestamp", key);
        }

        void announce(Connection connection, String key) throws SQLException {
            execute(connection, "update vault set next_key = ?, next_at = current_timestamp", key);
        }

        void change(Connection connection, String key) throws SQLException {
            execute(
                    connection,
                    "update vault set old_key = current_key, current_key = ?, changed_at = current_timestamp,"
                            + " next_key = null, next_at = null",
                    key);
        }

        boolean cannotOpen(Connection connection, String key, Duration lease) throws SQLException {
            try (var select = connection.prepareStatement("select 1 from member, vault where state = 'alive'"
                    + " and heartbeat_at > current_timestamp - cast(? as bigint) * interval '0.001' second"
                    + " and (next_key is null or next_key <> ? or started_at < next_at)")) {
                select.setLong(1, lease.toMillis());
                select.setString(2, key);
                try (var rows = select.executeQuery()) {
                    return rows.next();
                }
            }
        }

        private static void execute(Connection connection, String sql, String... values) throws SQLException {
            try (var update = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    update.setString(i + 1, values[i]);
                }
                update.executeUpdate();
            }
        }
    }
}

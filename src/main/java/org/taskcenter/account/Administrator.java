package org.taskcenter.account;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.taskcenter.config.WrongSetting;
import org.taskcenter.store.Database;

/** The first account, which makes all others. */
public final class Administrator {
    private static final String NAME = "admin";
    private static final Actor THE_SETTINGS =
            new Actor(new Caller(0, "taskcenter", Role.ROOT, Set.of(), Set.of()), "TASKCENTER_ADMIN_TOKEN", null);

    private final Database database;
    private final Clock clock;

    public Administrator(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Makes the account at the first start. At a later one, gives it the token of the settings, where that is not the one the
     * settings had before.
     *
     * @param given the token of the settings, if they have one
     * @return the token that was made because the settings have none; nobody can be shown it again
     */
    public Optional<String> prepare(Optional<String> given) throws SQLException {
        return database.transaction(connection -> {
            String lastGiven = lock(connection);
            if (isFirstStart(connection)) {
                String token = given.orElseGet(TokenText::make);
                make(connection);
                giveToken(connection, token);
                rememberGiven(connection, given);
                AccountLog.LOG.madeAdministrator();
                return given.isPresent() ? Optional.empty() : Optional.of(token);
            }
            if (given.isPresent() && !TokenText.hash(given.get()).equals(lastGiven)) {
                replaceToken(connection, given.get());
                rememberGiven(connection, given);
            }
            return Optional.empty();
        });
    }

    private void make(Connection connection) throws SQLException {
        execute(
                connection,
                "insert into account (id, name, role, enabled, created_at) values (1, ?, ?, true, ?)",
                NAME,
                Role.ROOT.word(),
                now());
        execute(connection, "insert into account_from values (1, ?)", NAME);
        execute(connection, "insert into account_source values (1, ?)", NAME);
        Audit.write(connection, THE_SETTINGS, "account.create", "account 1 (admin)", "at the first start");
    }

    private void replaceToken(Connection connection, String token) throws SQLException {
        if (execute(connection, "update account set enabled = enabled where id = 1 and not deleted") == 0) {
            AccountLog.LOG.noAdministrator();
            return;
        }
        execute(connection, "delete from token where account_id = 1 and (main or hash = ?)", TokenText.hash(token));
        giveToken(connection, token);
        Audit.write(connection, THE_SETTINGS, "token.renew", "account 1 (admin)", "by another TASKCENTER_ADMIN_TOKEN");
        AccountLog.LOG.replacedAdminToken();
    }

    private void giveToken(Connection connection, String token) throws SQLException {
        if (exists(connection, "select 1 from token where hash = ?", TokenText.hash(token))) {
            throw new WrongSetting("TASKCENTER_ADMIN_TOKEN", "(secret)", "a token that no other account has");
        }
        execute(
                connection,
                "insert into token (id, account_id, hash, main, name, scopes, created_at)"
                        + " select version, 1, ?, true, ?, ?, ? from identity",
                TokenText.hash(token),
                Token.MAIN,
                Scope.written(Scope.all()),
                now());
    }

    private static String lock(Connection connection) throws SQLException {
        execute(connection, "update identity set version = version + 1");
        try (var select = connection.prepareStatement("select admin_token from identity");
                var row = select.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static void rememberGiven(Connection connection, Optional<String> given) throws SQLException {
        if (given.isPresent()) {
            execute(connection, "update identity set admin_token = ?", TokenText.hash(given.get()));
        }
    }

    private static boolean isFirstStart(Connection connection) throws SQLException {
        return !exists(connection, "select 1 from account where id = ?", 1L);
    }

    private static boolean exists(Connection connection, String sql, Object value) throws SQLException {
        try (var select = connection.prepareStatement(sql)) {
            select.setObject(1, value);
            try (var rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static int execute(Connection connection, String sql, Object... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}

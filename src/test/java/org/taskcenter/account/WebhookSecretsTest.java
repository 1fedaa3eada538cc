package org.taskcenter.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.Settings;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.secret.Keys;
import org.taskcenter.secret.Vault;

class WebhookSecretsTest {
    private static final Instant NOW = Instant.parse("2026-05-05T12:00:00Z");
    private final AccountTables tables = new AccountTables();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    };
    private final Identities identities = new Identities(tables.database(), clock, Thread::new);
    private Vault vault;
    private WebhookSecrets secrets;

    @BeforeEach
    void anAccount(@TempDir Path home) throws Exception {
        vault = new Keys(tables.database(), Settings.read(Map.of("TASKCENTER_HOME", home.toString())::get)).agree();
        secrets = new WebhookSecrets(tables.database(), vault, identities, clock);
        tables.account(7, "ann", Role.USER, "sk-ann", "manager", null);
    }

    @Test
    void everyAccountGetsOneOnce() throws SQLException {
        assertThat(secrets.ofClient("ann-from")).isEmpty();
        secrets.complete();
        identities.forget();
        List<byte[]> first = secrets.ofClient("ann-from");
        assertThat(first).singleElement().satisfies(secret -> assertThat(secret).hasSize(32));
        secrets.complete();
        identities.forget();
        assertThat(secrets.ofClient("ann-from")).containsExactlyElementsOf(first);
    }

    @Test
    void theOneBeforeSignsForADay() throws SQLException {
        byte[] first = WebhookSecret.make();
        byte[] second = WebhookSecret.make();
        byte[] third = WebhookSecret.make();
        give(7, first);
        assertThat(secrets.ofClient("ann-from")).containsExactly(first);
        give(7, second);
        assertThat(secrets.ofClient("ann-from")).containsExactly(second, first);
        give(7, third);
        assertThat(secrets.ofClient("ann-from")).containsExactly(third, second);
        now.set(NOW.plus(Duration.ofDays(1)).minusMillis(1));
        assertThat(secrets.ofClient("ann-from")).containsExactly(third, second);
        now.set(NOW.plus(Duration.ofDays(1)));
        assertThat(secrets.ofClient("ann-from")).containsExactly(third);
    }

    @Test
    void accountsThatShareAClientEachHaveTheirOwn() throws SQLException {
        tables.account(8, "bob", Role.USER, "sk-bob", "manager", null);
        tables.execute("insert into account_from values (8, 'ann-from')");
        byte[] ofAnn = WebhookSecret.make();
        byte[] ofBob = WebhookSecret.make();
        give(7, ofAnn);
        give(8, ofBob);
        assertThat(secrets.ofClient("ann-from")).containsExactly(ofAnn, ofBob);
        assertThat(secrets.ofClient("bob-from")).containsExactly(ofBob);
        assertThat(secrets.ofClient("nobody")).isEmpty();
    }

    @Test
    void whatIsKnownIsNotAskedForAgainUntilAnAccountChanges() throws SQLException {
        give(7, WebhookSecret.make());
        List<byte[]> known = secrets.ofClient("ann-from");
        tables.away(true);
        assertThat(secrets.ofClient("ann-from")).containsExactlyElementsOf(known);
        identities.forget();
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> secrets.ofClient("ann-from"));
    }

    @Test
    void oneThatWasPutIntoAnotherAccountDoesNotOpen() throws SQLException {
        tables.account(8, "bob", Role.USER, "sk-bob", "manager", null);
        give(7, WebhookSecret.make());
        tables.execute(
                "update account set webhook_secret = (select webhook_secret from account where id = 7) where id = 8");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> secrets.ofClient("bob-from"))
                .withCauseInstanceOf(CannotOpen.class);
    }

    @Test
    void theSecretIsNowhereInTheDatabase() throws SQLException {
        byte[] secret = WebhookSecret.make();
        give(7, secret);
        assertThat(tables.everything())
                .doesNotContain(java.util.HexFormat.of().formatHex(secret))
                .doesNotContain(WebhookSecret.shown(secret).substring(6));
        assertThat(WebhookSecret.shown(secret)).matches("whsec_[A-Za-z0-9+/]{43}=");
    }

    private void give(long id, byte[] secret) throws SQLException {
        WebhookSecret.Stored renewed = stored(id).renewed(vault, id, secret, now.get());
        tables.database().transaction(connection -> {
            try (var update = connection.prepareStatement("update account set webhook_secret = ?,"
                    + " webhook_secret_before = ?, webhook_secret_before_until = ? where id = ?")) {
                update.setBytes(1, renewed.current());
                update.setBytes(2, renewed.before());
                update.setObject(
                        3,
                        renewed.beforeUntil() == null
                                ? null
                                : renewed.beforeUntil().atOffset(ZoneOffset.UTC));
                update.setLong(4, id);
                return update.executeUpdate();
            }
        });
        identities.forget();
    }

    private WebhookSecret.Stored stored(long id) throws SQLException {
        return tables.database().statement(connection -> {
            try (var select = connection.prepareStatement(
                            "select webhook_secret, webhook_secret_before from account where id = " + id);
                    var row = select.executeQuery()) {
                row.next();
                return new WebhookSecret.Stored(row.getBytes(1), row.getBytes(2), null);
            }
        });
    }
}

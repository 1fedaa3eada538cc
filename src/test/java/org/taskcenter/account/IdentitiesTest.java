package org.taskcenter.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.account.Denied.Reason;

class IdentitiesTest {
    private static final Instant NOW = Instant.parse("2026-05-05T12:00:00Z");
    private static final String EVERYTHING = "manager centre channel admin";
    private static final ClientAddress HOME = new ClientAddress(new byte[] {127, 0, 0, 1}, false);
    private final AccountTables tables = new AccountTables();
    private final AtomicLong nanos = new AtomicLong();
    private final Identities identities =
            new Identities(tables.database(), Clock.fixed(NOW, ZoneOffset.UTC), Thread::new, nanos::get);

    @BeforeEach
    void anAccount() throws SQLException {
        tables.account(7, "ann", Role.ADMIN, "sk-ann", EVERYTHING, null);
        identities.refresh();
    }

    @Test
    void aTokenStandsForItsAccountWithRoleAndBindings() throws Denied {
        Caller caller = access("Bearer sk-ann").caller(Scope.MANAGER, Role.ADMIN);
        assertThat(caller.id()).isEqualTo(7);
        assertThat(caller.name()).isEqualTo("ann");
        assertThat(caller.role()).isEqualTo(Role.ADMIN);
        assertThat(caller.from()).containsExactly("ann-from");
        assertThat(caller.sources()).containsExactly("ann-source");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer sk-ann", "bearer sk-ann", "BEARER   sk-ann  ", "sk-ann", " sk-ann "})
    void theWordBearerIsReadInAnyCaseAndMayBeLeftOut(String header) {
        assertThat(access(header).account()).isPresent();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "Bearer",
                "Bearer ",
                "Bearersk-ann",
                "Basic sk-ann",
                "Bearer sk-an",
                "Bearer SK-ANN",
                "Bearer sk-ann sk-ann",
                "Bearer ' or 1=1 --",
                "Bearer \u0000"
            })
    void anythingElseIsNoToken(String header) {
        assertThat(denied(header)).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void anEndlessHeaderIsNotLookedUp() {
        int asked = tables.asked();
        assertThat(denied("Bearer " + "x".repeat(100_000))).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(tables.asked()).isEqualTo(asked);
    }

    @Test
    void anExpiredTokenIsNone() throws SQLException {
        tables.account(8, "bob", Role.USER, "sk-bob", EVERYTHING, NOW);
        tables.account(9, "cid", Role.USER, "sk-cid", EVERYTHING, NOW.plusSeconds(1));
        assertThat(denied("Bearer sk-bob")).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(access("Bearer sk-cid").account()).isPresent();
    }

    @Test
    void aDisabledAccountIsForbidden() throws SQLException {
        tables.execute("update account set enabled = false where id = 7");
        assertThat(denied("Bearer sk-ann")).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void aDeletedAccountIsUnknown() throws SQLException {
        tables.execute("update account set deleted = true where id = 7");
        assertThat(denied("Bearer sk-ann")).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void aTokenIsGoodForItsScopesAlone() throws Denied, SQLException {
        tables.account(8, "bob", Role.ROOT, "sk-bob", "manager channel", null);
        Access access = access("Bearer sk-bob");
        assertThat(access.caller(Scope.CHANNEL).name()).isEqualTo("bob");
        assertThat(reason(() -> access.caller(Scope.ADMIN))).isEqualTo(Reason.FORBIDDEN);
        assertThat(reason(() -> access.caller(Scope.CENTRE))).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void anAccountIsGoodForItsRoleAlone() {
        Access access = access("Bearer sk-ann");
        assertThat(reason(() -> access.caller(Scope.ADMIN, Role.ROOT))).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void whatIsKnownIsNotAskedForAgain() {
        access("Bearer sk-ann");
        int asked = tables.asked();
        for (int i = 0; i < 10; i++) {
            assertThat(access("Bearer sk-ann").account()).isPresent();
        }
        assertThat(tables.asked()).isEqualTo(asked);
    }

    @Test
    void aChangeOfAnotherMemberIsSeenWithTheNextLook() throws SQLException {
        assertThat(access("Bearer sk-ann").account()).isPresent();
        tables.execute("update account set enabled = false where id = 7");
        tables.execute("update identity set version = version + 1");
        identities.refresh();
        assertThat(denied("Bearer sk-ann")).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void whatWasReadBeforeAChangeIsNotRememberedAfterIt() {
        tables.whenAsked(identities::forget);
        assertThat(access("Bearer sk-ann").account()).isPresent();
        tables.whenAsked(() -> {});
        int asked = tables.asked();
        assertThat(access("Bearer sk-ann").account()).isPresent();
        assertThat(tables.asked()).isEqualTo(asked + 1);
    }

    @Test
    void withoutTheDatabaseTheKnownGoOnForAWhileAndOthersAreNotCalledWrong() {
        assertThat(access("Bearer sk-ann").account()).isPresent();
        tables.away(true);
        assertThat(access("Bearer sk-ann").account()).isPresent();
        assertThat(denied("Bearer sk-else")).isEqualTo(Reason.UNAVAILABLE);
        nanos.addAndGet(Identities.LONGEST_BLIND.plus(Duration.ofSeconds(1)).toNanos());
        assertThat(denied("Bearer sk-ann")).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void withTheDatabaseBackEverythingIsAsBefore() throws SQLException {
        access("Bearer sk-ann");
        tables.away(true);
        nanos.addAndGet(Identities.LONGEST_BLIND.plus(Duration.ofSeconds(1)).toNanos());
        assertThat(denied("Bearer sk-ann")).isEqualTo(Reason.UNAVAILABLE);
        tables.away(false);
        identities.refresh();
        assertThat(access("Bearer sk-ann").account()).isPresent();
        assertThat(denied("Bearer sk-else")).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void theLastUseIsStored() throws SQLException {
        access("Bearer sk-ann");
        identities.close();
        assertThat(tables.value(
                        "select count(*) from token where last_used_at = timestamp with time zone '" + NOW + "'"))
                .isEqualTo("1");
    }

    @Test
    void aUseRightAfterItsTokenWasMadeIsStored() throws SQLException {
        tables.execute("update token set created_at = timestamp with time zone '" + NOW.plusMillis(500) + "'");
        access("Bearer sk-ann");
        identities.close();
        assertThat(tables.value("select count(*) from token where last_used_at is null"))
                .isEqualTo("0");
    }

    private Reason denied(String header) {
        return reason(() -> access(header).caller(Scope.MANAGER));
    }

    private static Reason reason(Asking asking) {
        Denied denied = catchThrowableOfType(Denied.class, asking::ask);
        return denied == null ? null : denied.reason();
    }

    private interface Asking {
        void ask() throws Denied;
    }

    @Test
    void whoTriesTooManyTokensHasToWait() throws SQLException {
        tables.account(8, "bob", Role.USER, "sk-bob", EVERYTHING, null);
        assertThat(access("Bearer sk-ann").account()).isPresent();
        for (int i = 0; i < Throttle.BURST; i++) {
            assertThat(denied("Bearer sk-" + i)).isEqualTo(Reason.UNAUTHENTICATED);
        }
        int asked = tables.asked();
        assertThat(denied("Bearer sk-wrong")).isEqualTo(Reason.TOO_MANY);
        assertThat(denied("Bearer sk-bob")).isEqualTo(Reason.TOO_MANY);
        assertThat(tables.asked()).isEqualTo(asked);

        assertThat(access("Bearer sk-ann").account()).isPresent();
        identities.forget();
        assertThat(access("Bearer sk-ann").account()).isPresent();
        ClientAddress elsewhere = new ClientAddress(new byte[] {127, 0, 0, 2}, false);
        assertThat(identities.access("Bearer sk-bob", elsewhere).account()).isPresent();

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(access("Bearer sk-bob").account()).isPresent();
        assertThat(access("Bearer sk-bob").account()).isPresent();
        assertThat(denied(null)).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(identities.refusals())
                .containsEntry("unknown", (long) Throttle.BURST)
                .containsEntry("throttled", 2L)
                .containsEntry("expired", 0L);
    }

    @Test
    void whoTriesWhileTheDatabaseIsAwayHasNotFailed() throws SQLException {
        tables.away(true);
        for (int i = 0; i < 2 * Throttle.BURST; i++) {
            assertThat(denied("Bearer sk-ann")).isEqualTo(Reason.UNAVAILABLE);
        }
        tables.away(false);
        assertThat(access("Bearer sk-ann").account()).isPresent();
    }

    private Access access(String header) {
        return identities.access(header, HOME);
    }
}

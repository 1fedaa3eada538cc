package org.taskcenter.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.taskcenter.config.WrongSetting;

class AdministratorTest {
    private final AccountTables tables = new AccountTables();
    private final Administrator administrator = new Administrator(tables.database(), Clock.systemUTC());

    @Test
    void theFirstStartMakesTheAccountAndATokenThatIsShown() throws Exception {
        String token = administrator.prepare(Optional.empty()).orElseThrow();
        Caller caller = caller(token);
        assertThat(token).matches("sk-[A-Za-z0-9]{48}");
        assertThat(caller.name()).isEqualTo("admin");
        assertThat(caller.role()).isEqualTo(Role.ROOT);
        assertThat(caller.from()).containsExactly("admin");
        assertThat(caller.sources()).containsExactly("admin");
    }

    @Test
    void theTokenIsNowhereInTheDatabase() throws SQLException {
        String token = administrator.prepare(Optional.empty()).orElseThrow();
        assertThat(tables.everything()).contains(TokenText.hash(token)).doesNotContain(token);
    }

    @Test
    void aSecondStartShowsNothingAndChangesNothing() throws Exception {
        String token = administrator.prepare(Optional.empty()).orElseThrow();
        assertThat(administrator.prepare(Optional.empty())).isEmpty();
        assertThat(caller(token).name()).isEqualTo("admin");
        assertThat(tables.value("select count(*) from account")).isEqualTo("1");
    }

    @Test
    void theTokenOfTheSettingsIsNotShown() throws Exception {
        assertThat(administrator.prepare(Optional.of("of-the-settings"))).isEmpty();
        assertThat(caller("of-the-settings").role()).isEqualTo(Role.ROOT);
    }

    @Test
    void anotherTokenOfTheSettingsTakesThePlaceOfTheOld() throws Exception {
        String made = administrator.prepare(Optional.empty()).orElseThrow();
        assertThat(administrator.prepare(Optional.of("first-given"))).isEmpty();
        assertThat(isKnown(made)).isFalse();
        administrator.prepare(Optional.of("then-given"));
        assertThat(isKnown("first-given")).isFalse();
        assertThat(isKnown("then-given")).isTrue();
        assertThat(tables.value("select count(*) from token")).isEqualTo("1");
    }

    @Test
    void theSameTokenOfTheSettingsDoesNotUndoARenewal() throws Exception {
        administrator.prepare(Optional.of("given"));
        tables.execute("update token set hash = '" + TokenText.hash("renewed") + "'");
        administrator.prepare(Optional.of("given"));
        assertThat(isKnown("given")).isFalse();
        assertThat(isKnown("renewed")).isTrue();
    }

    @Test
    void aTokenOfSomebodyElseIsRefused() throws Exception {
        administrator.prepare(Optional.empty());
        tables.account(2, "bob", Role.USER, "sk-of-bob", "manager", null);
        assertThatThrownBy(() -> administrator.prepare(Optional.of("sk-of-bob")))
                .isInstanceOf(WrongSetting.class)
                .hasMessageContaining("TASKCENTER_ADMIN_TOKEN=(secret): expected ")
                .hasMessageNotContaining("sk-of-bob");
    }

    @Test
    void whatTheSettingsChangeIsInTheAudit() throws Exception {
        administrator.prepare(Optional.empty());
        administrator.prepare(Optional.of("given"));
        assertThat(new Audit(tables.database()).read(10, Long.MAX_VALUE))
                .extracting(Audit.Entry::action)
                .containsExactly("token.renew", "account.create");
    }

    private boolean isKnown(String token) {
        return access(token).account().isPresent();
    }

    private Caller caller(String token) throws Denied {
        return access(token).caller(Scope.ADMIN);
    }

    private Access access(String token) {
        return new Identities(tables.database(), Clock.systemUTC(), Thread::new)
                .access("Bearer " + token, new ClientAddress(new byte[4], false));
    }
}

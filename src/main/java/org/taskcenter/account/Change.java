package org.taskcenter.account;

import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.taskcenter.secret.Vault;

/**
 * One change of an account or its tokens, in one transaction, with its row in the audit. It waits for the change before it,
 * on whatever member: what it looks at stays so until it is done.
 */
final class Change {
    static final int MOST_TOKENS = 100;

    private final EntityManager entities;
    private final Actor actor;
    private final Vault vault;
    private final Instant now;

    Change(EntityManager entities, Actor actor, Vault vault, Clock clock) {
        this.entities = entities;
        this.actor = actor;
        this.vault = vault;
        this.now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        entities.createNativeQuery("update identity set version = version + 1").executeUpdate();
    }

    /** Makes an account with its first token and its webhook secret. */
    NewlyMade make(NewAccount made) {
        mayTouch(made.role());
        if (!entities.createQuery("select a.id from Account a where a.name = :name", Long.class)
                .setParameter("name", made.name())
                .getResultList()
                .isEmpty()) {
            throw AccountRefusal.conflict("The name is taken: " + made.name());
        }
        Account account = new Account(nextAccountId(), made, now);
        byte[] secret = WebhookSecret.make();
        account.give(account.webhookSecret().renewed(vault, account.id(), secret, now));
        entities.persist(account);
        begin(account, made.quota());
        String token = giveMainToken(account);
        record(
                "account.create",
                account,
                "role " + made.role().word() + ", quota " + made.quota() + ", " + bindings(account.profile()));
        return new NewlyMade(account.profile(), token, WebhookSecret.shown(secret));
    }

    /** Changes an account. */
    Profile change(long id, AccountChange change) {
        Account account = Accounts.find(entities, id);
        mayTouch(account.role());
        change.role().ifPresent(role -> mayTouch(role));
        Profile before = account.profile();
        boolean wasActiveRoot = account.isActiveRoot();
        account.change(change);
        if (wasActiveRoot && !account.isActiveRoot()) {
            keepARoot();
        }
        Profile after = account.profile();
        record("account.change", account, differences(before, after));
        return after;
    }

    /** Ends an account for good: its tokens are gone, its name stays taken, what it did stays. */
    void delete(long id) {
        Account account = Accounts.find(entities, id);
        mayTouch(account.role());
        if (OpenTasks.any(entities, id, account.clients(), account.sources())) {
            throw AccountRefusal.conflict("Tasks of this account are open: wait for them or cancel them first");
        }
        boolean wasActiveRoot = account.isActiveRoot();
        account.delete();
        if (wasActiveRoot) {
            keepARoot();
        }
        entities.createQuery("delete from Token t where t.account = :account")
                .setParameter("account", id)
                .executeUpdate();
        record("account.delete", account, "");
    }

    /** Gives an account another main token; the old one ends. */
    String renewToken(long id) {
        Account account = Accounts.find(entities, id);
        mayTouch(account.role());
        entities.createQuery("delete from Token t where t.account = :account and t.main = true")
                .setParameter("account", id)
                .executeUpdate();
        String token = giveMainToken(account);
        record("token.renew", account, "");
        return token;
    }

    /** Gives an account another webhook secret; the old one signs beside it for a while. */
    String renewWebhookSecret(long id) {
        Account account = Accounts.find(entities, id);
        mayTouch(account.role());
        byte[] secret = WebhookSecret.make();
        account.give(account.webhookSecret().renewed(vault, id, secret, now));
        record("webhook_secret.renew", account, "");
        return WebhookSecret.shown(secret);
    }

    /** Makes a further token. */
    Issued<TokenProfile> makeToken(long id, NewToken made) {
        Account account = Accounts.find(entities, id);
        mayTouch(account.role());
        if (Accounts.tokens(entities, account.id()).size() >= MOST_TOKENS) {
            throw AccountRefusal.conflict("An account can have " + MOST_TOKENS + " tokens; delete one first");
        }
        String text = TokenText.make();
        Token token = Token.further(nextTokenId(), account.id(), TokenText.hash(text), made, now);
        entities.persist(token);
        record(
                "token.create",
                account,
                "token " + token.id() + " (" + made.name() + "), scopes " + Scope.written(made.scopes())
                        + Optional.ofNullable(made.expiresAt())
                                .map(end -> ", until " + end)
                                .orElse(""));
        return new Issued<>(token.profile(), text);
    }

    /** Ends a token. */
    void deleteToken(long id, long tokenId) {
        Account account = Accounts.find(entities, id);
        mayTouch(account.role());
        Token token = entities.find(Token.class, tokenId);
        if (token == null || token.account() != id) {
            throw AccountRefusal.notFound("This account has no token " + tokenId);
        }
        entities.remove(token);
        record("token.delete", account, "token " + tokenId + " (" + token.name() + ")");
    }

    /** The ledger begins with what the account is made with. */
    private void begin(Account account, long quota) {
        if (quota != 0) {
            entities.flush();
            entities.createNativeQuery(
                            "insert into ledger (account_id, amount, balance, reason) values (?1, ?2, ?2, ?3)")
                    .setParameter(1, account.id())
                    .setParameter(2, quota)
                    .setParameter(3, "account made")
                    .executeUpdate();
        }
    }

    private String giveMainToken(Account account) {
        String text = TokenText.make();
        entities.persist(Token.main(nextTokenId(), account.id(), TokenText.hash(text), now));
        return text;
    }

    /** Accounts stay for ever, so this number was nobody's before. */
    private long nextAccountId() {
        return entities.createQuery("select coalesce(max(a.id), 0) from Account a", Long.class)
                        .getSingleResult()
                + 1;
    }

    /** Tokens go, and no change makes two of them: the number of the change is nobody's before and after. */
    private long nextTokenId() {
        Number version = (Number)
                entities.createNativeQuery("select version from identity").getSingleResult();
        return version.longValue();
    }

    private void keepARoot() {
        boolean another = entities.createQuery("select a from Account a where a.role = :root", Account.class)
                .setParameter("root", Role.ROOT.word())
                .getResultStream()
                .anyMatch(Account::isActiveRoot);
        if (!another) {
            throw AccountRefusal.conflict("This is the last account that administers administrators");
        }
    }

    private void mayTouch(Role role) {
        if (role.includes(Role.ADMIN) && actor.caller().role() != Role.ROOT) {
            throw AccountRefusal.notAllowed("Only root makes and changes accounts of the role " + role.word());
        }
    }

    private void record(String action, Account account, String detail) {
        Audit.write(entities, actor, action, "account " + account.id() + " (" + account.name() + ")", detail);
    }

    private static String bindings(Profile profile) {
        return "from " + profile.from() + ", sources " + profile.sources() + ", return_url " + profile.returnUrl();
    }

    private static String differences(Profile before, Profile after) {
        List<String> differences = new ArrayList<>();
        if (before.role() != after.role()) {
            differences.add(
                    "role " + before.role().word() + " -> " + after.role().word());
        }
        if (before.enabled() != after.enabled()) {
            differences.add(after.enabled() ? "enabled" : "disabled");
        }
        if (!bindings(before).equals(bindings(after))) {
            differences.add(bindings(before) + " -> " + bindings(after));
        }
        return String.join("; ", differences);
    }
}

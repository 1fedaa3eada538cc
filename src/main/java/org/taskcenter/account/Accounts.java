package org.taskcenter.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes and changes accounts and their tokens. Each change is one transaction with its row in the audit, and waits for the
 * changes before it.
 */
@ApplicationScoped
@Transactional
public class Accounts {
    static final int MOST_TOKENS = 100;

    @PersistenceContext(unitName = "taskcenter")
    EntityManager entities;

    @Inject
    Clock clock;

    @Inject
    Event<AccountsChanged> changed;

    /** All accounts that have not been deleted, oldest first. */
    public List<Profile> all() {
        return entities.createQuery("select a from Account a where a.deleted = false order by a.id", Account.class)
                .setHint("eclipselink.batch", "a.clients")
                .setHint("eclipselink.batch", "a.sources")
                .getResultStream()
                .map(Account::profile)
                .toList();
    }

    /** @throws AccountRefusal where there is none */
    public Profile get(long id) {
        return find(id).profile();
    }

    /** Makes an account with its first token. */
    public Issued<Profile> make(Actor actor, NewAccount made) {
        begin();
        mayTouch(actor, made.role());
        if (!entities.createQuery("select a.id from Account a where a.name = :name", Long.class)
                .setParameter("name", made.name())
                .getResultList()
                .isEmpty()) {
            throw AccountRefusal.conflict("The name is taken: " + made.name());
        }
        Account account = new Account(nextAccountId(), made, now());
        entities.persist(account);
        String token = giveMainToken(account);
        record(
                actor,
                "account.create",
                account,
                "role " + made.role().word() + ", quota " + made.quota() + ", " + bindings(account.profile()));
        return new Issued<>(account.profile(), token);
    }

    /** Changes an account. */
    public Profile change(Actor actor, long id, AccountChange change) {
        begin();
        Account account = find(id);
        mayTouch(actor, account.role());
        change.role().ifPresent(role -> mayTouch(actor, role));
        Profile before = account.profile();
        boolean wasActiveRoot = account.isActiveRoot();
        account.change(change);
        if (wasActiveRoot && !account.isActiveRoot()) {
            keepARoot();
        }
        Profile after = account.profile();
        record(actor, "account.change", account, differences(before, after));
        return after;
    }

    /** Ends an account for good: its tokens are gone, its name stays taken, what it did stays. */
    public void delete(Actor actor, long id) {
        begin();
        Account account = find(id);
        mayTouch(actor, account.role());
        if (OpenTasks.any(entities, account.clients())) {
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
        record(actor, "account.delete", account, "");
    }

    /** Gives an account another main token; the old one ends. */
    public String renewToken(Actor actor, long id) {
        begin();
        Account account = find(id);
        mayTouch(actor, account.role());
        entities.createQuery("delete from Token t where t.account = :account and t.main = true")
                .setParameter("account", id)
                .executeUpdate();
        String token = giveMainToken(account);
        record(actor, "token.renew", account, "");
        return token;
    }

    /** The tokens of an account, oldest first. */
    public List<TokenProfile> tokens(long id) {
        return tokensOf(find(id)).stream().map(Token::profile).toList();
    }

    /** Makes a further token. */
    public Issued<TokenProfile> makeToken(Actor actor, long id, NewToken made) {
        begin();
        Account account = find(id);
        mayTouch(actor, account.role());
        if (tokensOf(account).size() >= MOST_TOKENS) {
            throw AccountRefusal.conflict("An account can have " + MOST_TOKENS + " tokens; delete one first");
        }
        String text = TokenText.make();
        Token token = Token.further(nextTokenId(), account.id(), TokenText.hash(text), made, now());
        entities.persist(token);
        record(
                actor,
                "token.create",
                account,
                "token " + token.id() + " (" + made.name() + "), scopes " + Scope.written(made.scopes())
                        + Optional.ofNullable(made.expiresAt())
                                .map(end -> ", until " + end)
                                .orElse(""));
        return new Issued<>(token.profile(), text);
    }

    /** Ends a token. */
    public void deleteToken(Actor actor, long id, long tokenId) {
        begin();
        Account account = find(id);
        mayTouch(actor, account.role());
        Token token = entities.find(Token.class, tokenId);
        if (token == null || token.account() != id) {
            throw AccountRefusal.notFound("This account has no token " + tokenId);
        }
        entities.remove(token);
        record(actor, "token.delete", account, "token " + tokenId + " (" + token.name() + ")");
    }

    /** One change at a time, on all members: what is looked at after this stays so until the change is done. */
    private void begin() {
        entities.createNativeQuery("update identity set version = version + 1").executeUpdate();
        changed.fire(new AccountsChanged());
    }

    private Account find(long id) {
        Account account = entities.find(Account.class, id);
        if (account == null || account.isDeleted()) {
            throw AccountRefusal.notFound("There is no account " + id);
        }
        return account;
    }

    private List<Token> tokensOf(Account account) {
        return entities.createQuery("select t from Token t where t.account = :account order by t.id", Token.class)
                .setParameter("account", account.id())
                .getResultList();
    }

    private String giveMainToken(Account account) {
        String text = TokenText.make();
        entities.persist(Token.main(nextTokenId(), account.id(), TokenText.hash(text), now()));
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

    private static void mayTouch(Actor actor, Role role) {
        if (role.includes(Role.ADMIN) && actor.caller().role() != Role.ROOT) {
            throw AccountRefusal.notAllowed("Only root makes and changes accounts of the role " + role.word());
        }
    }

    private void record(Actor actor, String action, Account account, String detail) {
        Audit.write(entities, actor, action, "account " + account.id() + " (" + account.name() + ")", detail);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
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

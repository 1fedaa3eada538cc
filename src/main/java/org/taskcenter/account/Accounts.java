package org.taskcenter.account;

import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Entities;

/** Accounts and their tokens, for those who administer them. What is changed here holds on this member at once. */
public final class Accounts {
    private final Entities entities;
    private final Identities identities;
    private final Vault vault;
    private final Clock clock;

    public Accounts(Entities entities, Identities identities, Vault vault, Clock clock) {
        this.entities = entities;
        this.identities = identities;
        this.vault = vault;
        this.clock = clock;
    }

    /** All accounts that have not been deleted, oldest first. */
    public List<Profile> all() {
        return entities.read(manager -> manager
                .createQuery("select a from Account a where a.deleted = false order by a.id", Account.class)
                .setHint("eclipselink.batch", "a.clients")
                .setHint("eclipselink.batch", "a.sources")
                .getResultList()
                .stream()
                .map(Account::profile)
                .toList());
    }

    /** @throws AccountRefusal where there is none */
    public Profile get(long id) {
        return entities.read(manager -> find(manager, id).profile());
    }

    /** Whether there is such an account, or was until it was deleted. */
    public boolean isKnown(long id) {
        return entities.read(manager -> manager.find(Account.class, id) != null);
    }

    /**
     * Makes an account with its first token and its webhook secret.
     *
     * @throws AccountRefusal where the name is taken, or the actor may not
     */
    public NewlyMade make(Actor actor, NewAccount made) {
        return change(actor, change -> change.make(made));
    }

    /**
     * Changes an account.
     *
     * @throws AccountRefusal where there is none, the actor may not, or nobody of the role root would be left
     */
    public Profile change(Actor actor, long id, AccountChange changes) {
        return change(actor, change -> change.change(id, changes));
    }

    /**
     * Ends an account for good: its tokens are gone, its name stays taken, what it did stays.
     *
     * @throws AccountRefusal where there is none, the actor may not, tasks of it are open, or nobody of the role root would be
     *     left
     */
    public void delete(Actor actor, long id) {
        change(actor, change -> {
            change.delete(id);
            return null;
        });
    }

    /**
     * Gives an account another main token; the old one ends.
     *
     * @throws AccountRefusal where there is no such account, or the actor may not
     */
    public String renewToken(Actor actor, long id) {
        return change(actor, change -> change.renewToken(id));
    }

    /**
     * Gives an account another webhook secret; the old one signs beside it for a day.
     *
     * @throws AccountRefusal where there is no such account, or the actor may not
     */
    public String renewWebhookSecret(Actor actor, long id) {
        return change(actor, change -> change.renewWebhookSecret(id));
    }

    /**
     * The tokens of an account, oldest first.
     *
     * @throws AccountRefusal where there is no such account
     */
    public List<TokenProfile> tokens(long id) {
        return entities.read(manager -> tokens(manager, find(manager, id).id()).stream()
                .map(Token::profile)
                .toList());
    }

    /**
     * Makes a further token.
     *
     * @throws AccountRefusal where there is no such account, it has too many, or the actor may not
     */
    public Issued<TokenProfile> makeToken(Actor actor, long id, NewToken made) {
        return change(actor, change -> change.makeToken(id, made));
    }

    /**
     * Ends a token.
     *
     * @throws AccountRefusal where the account has no such token, or the actor may not
     */
    public void deleteToken(Actor actor, long id, long token) {
        change(actor, change -> {
            change.deleteToken(id, token);
            return null;
        });
    }

    static Account find(EntityManager manager, long id) {
        Account account = manager.find(Account.class, id);
        if (account == null || account.isDeleted()) {
            throw AccountRefusal.notFound("There is no account " + id);
        }
        return account;
    }

    static List<Token> tokens(EntityManager manager, long account) {
        return manager.createQuery("select t from Token t where t.account = :account order by t.id", Token.class)
                .setParameter("account", account)
                .getResultList();
    }

    private <T> T change(Actor actor, Function<Change, T> work) {
        try {
            return entities.transaction(manager -> work.apply(new Change(manager, actor, vault, clock)));
        } finally {
            // Also where it failed: a commit whose connection broke may have come through.
            identities.forget();
        }
    }
}

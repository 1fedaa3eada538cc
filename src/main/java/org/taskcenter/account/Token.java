package org.taskcenter.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a token. */
@Entity
@Table(name = "token")
public class Token {
    /** The name of the token that comes with an account. */
    static final String MAIN = "main";

    @Id
    private long id;

    @Column(name = "account_id")
    private long account;

    private String hash;
    private boolean main;
    private String name;
    private String scopes;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "expires_at")
    private Instant expiresAt;

    @Column(name = "last_used_at", insertable = false, updatable = false)
    private Instant lastUsedAt;

    /** For the persistence provider. */
    protected Token() {}

    private Token(long id, long account, String hash, boolean main, NewToken made, Instant now) {
        this.id = id;
        this.account = account;
        this.hash = hash;
        this.main = main;
        this.name = made.name();
        this.scopes = Scope.written(made.scopes());
        this.createdAt = now;
        this.expiresAt = made.expiresAt();
    }

    static Token main(long id, long account, String hash, Instant now) {
        return new Token(id, account, hash, true, new NewToken(MAIN, Scope.all(), null), now);
    }

    static Token further(long id, long account, String hash, NewToken made, Instant now) {
        return new Token(id, account, hash, false, made, now);
    }

    long id() {
        return id;
    }

    String name() {
        return name;
    }

    long account() {
        return account;
    }

    TokenProfile profile() {
        return new TokenProfile(id, name, main, Scope.read(scopes), createdAt, expiresAt, lastUsedAt);
    }
}

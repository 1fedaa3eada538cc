package org.taskcenter.account;

import jakarta.security.enterprise.CallerPrincipal;
import java.time.Instant;
import java.util.Set;

/**
 * Whom a token stands for.
 *
 * @param token the token's row
 * @param expiresAt the token's end, or null
 * @param enabled whether the account may do anything
 * @param principal the account as the container knows it
 * @param groups its roles as the container knows them
 */
record Identity(
        long token,
        Set<Scope> scopes,
        Instant expiresAt,
        Caller caller,
        boolean enabled,
        CallerPrincipal principal,
        Set<String> groups) {

    static Identity of(long token, Set<Scope> scopes, Instant expiresAt, Caller caller, boolean enabled) {
        return new Identity(
                token,
                scopes,
                expiresAt,
                caller,
                enabled,
                new CallerPrincipal(caller.name()),
                caller.role().words());
    }

    boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}

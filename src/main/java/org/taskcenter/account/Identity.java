package org.taskcenter.account;

import java.time.Instant;
import java.util.Set;

/**
 * Whom a token stands for.
 *
 * @param token the token's row
 * @param expiresAt the token's end, or null
 * @param enabled whether the account may do anything
 */
record Identity(long token, Set<Scope> scopes, Instant expiresAt, Caller caller, boolean enabled) {
    boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}

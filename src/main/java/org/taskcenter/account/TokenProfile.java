package org.taskcenter.account;

import java.time.Instant;
import java.util.Set;

/**
 * A token as administrators see it: without the token.
 *
 * @param main whether it is the one that comes with the account
 * @param expiresAt its end, or null
 * @param lastUsedAt when it was last used, to about half a minute, or null
 */
public record TokenProfile(
        long id,
        String name,
        boolean main,
        Set<Scope> scopes,
        Instant createdAt,
        Instant expiresAt,
        Instant lastUsedAt) {}

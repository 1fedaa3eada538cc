package org.taskcenter.account;

import java.time.Instant;
import java.util.Set;

/**
 * A further token to be made.
 *
 * @param name what its owner calls it
 * @param scopes what it is for
 * @param expiresAt its end, or null
 */
public record NewToken(String name, Set<Scope> scopes, Instant expiresAt) {}

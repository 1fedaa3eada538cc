package org.taskcenter.account;

import java.util.Set;

/**
 * Who makes a request.
 *
 * @param id the account
 * @param name its name
 * @param role what it may do
 * @param from the client names of the Manager API it may use
 * @param sources the sources of the Channel API it may use
 */
public record Caller(long id, String name, Role role, Set<String> from, Set<String> sources) {}

package org.taskcenter.account;

import java.util.Set;

/**
 * An account to be made.
 *
 * @param from the client names of the Manager API it may use
 * @param sources the sources of the Channel API it may use
 * @param returnUrl where results go that have no address of their own, or null
 */
public record NewAccount(String name, Role role, long quota, Set<String> from, Set<String> sources, String returnUrl) {}

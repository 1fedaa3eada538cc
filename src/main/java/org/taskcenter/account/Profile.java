package org.taskcenter.account;

import java.util.List;

/**
 * An account as administrators see it: without secrets.
 *
 * @param from the client names of the Manager API it may use, in order
 * @param sources the sources of the Channel API it may use, in order
 * @param returnUrl where results go that have no address of their own, or null
 */
public record Profile(
        long id,
        String name,
        Role role,
        boolean enabled,
        long quota,
        long usedQuota,
        List<String> from,
        List<String> sources,
        String returnUrl) {}

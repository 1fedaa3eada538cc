package org.taskcenter.account;

import java.util.Optional;
import java.util.Set;

/** What shall be another on an account; what is empty stays as it is. An empty {@code returnUrl} text takes it away. */
public record AccountChange(
        Optional<Role> role,
        Optional<Boolean> enabled,
        Optional<Set<String>> from,
        Optional<Set<String>> sources,
        Optional<String> returnUrl) {}

package org.taskcenter.account;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an account may do, from least to most. */
public enum Role {
    /** Use the three APIs. */
    USER,
    /** And administer the centre. */
    ADMIN,
    /** And administer administrators. */
    ROOT;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word of this role in the administration API and in the database. */
    public String word() {
        return word;
    }

    /** The role of a word as {@link #word()} gives it. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word.equals(word)).findAny();
    }

    /** Whether this role includes what {@code other} may do. */
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}

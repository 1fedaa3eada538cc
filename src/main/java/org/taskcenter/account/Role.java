package org.taskcenter.account;

import java.util.Locale;

/** What an account may do, from least to most. */
public enum Role {
    /** Use the three APIs. */
    USER,
    /** And administer the centre. */
    ADMIN,
    /** And administer administrators. */
    ROOT;

    /** The word of this role in the administration API and the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this role includes what {@code other} may do. */
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}

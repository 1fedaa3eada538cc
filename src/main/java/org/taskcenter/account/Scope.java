package org.taskcenter.account;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The APIs that a token can be made for. */
public enum Scope {
    MANAGER,
    CENTRE,
    CHANNEL,
    ADMIN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word of this scope in the administration API and in the database. */
    public String word() {
        return word;
    }

    /** The scope of a word as {@link #word()} gives it. */
    public static Optional<Scope> of(String word) {
        return Arrays.stream(values()).filter(scope -> scope.word.equals(word)).findAny();
    }

    /** All there are: what a token of an account may do at first. */
    public static Set<Scope> all() {
        return EnumSet.allOf(Scope.class);
    }

    static String written(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::word).collect(Collectors.joining(" "));
    }

    /** Words that are no scope (any more) give no right. */
    static Set<Scope> read(String written) {
        return Arrays.stream(written.split(" "))
                .flatMap(word -> of(word).stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
    }
}

package org.taskcenter.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was asked for on the command line.
 *
 * @param rounds measured rounds, after one that only warms up
 * @param tasks how many tasks a drain has
 * @param parts what is measured
 * @param profile whether one more round is recorded
 */
record Options(int rounds, int tasks, Set<Part> parts, boolean profile) {

    enum Part {
        ACCEPT,
        DRAIN,
        LATENCY,
        FAIRNESS,
        ANSIBLE,
        LISTS,
        POLL,
        FLOOR
    }

    static final String USAGE = """
            Usage: ./taskcenter bench [--rounds=3] [--tasks=20000] [--only=accept,drain,latency,fairness,ansible,lists,poll,floor] [--profile]

            Measures a centre on PostgreSQL with default durability, on this machine, against a stub target.
            --rounds   measured rounds; one more before them warms up
            --tasks    tasks a drain has (a multiple of 500); as many are accepted one by one, and three times as many
                       in messages of 500
            --only     some of the measurements
            --profile  adds a round that does not count, recorded by JFR into target/bench, and prints where its time went
            """;

    static Options of(String... arguments) {
        int rounds = 3;
        int tasks = 20_000;
        Set<Part> parts = EnumSet.allOf(Part.class);
        boolean profile = false;
        for (String argument : arguments) {
            String[] words = argument.split("=", 2);
            String value = words.length == 2 ? words[1] : "";
            switch (words[0]) {
                case "--rounds" -> rounds = positive(argument, value);
                case "--tasks" -> tasks = positive(argument, value);
                case "--only" -> parts = parts(value);
                case "--profile" -> profile = true;
                default -> throw new IllegalArgumentException("unknown option " + argument);
            }
        }
        if (tasks % Messages.BATCH != 0) {
            throw new IllegalArgumentException("--tasks=" + tasks + ": a multiple of " + Messages.BATCH + " is wanted");
        }
        return new Options(rounds, tasks, parts, profile);
    }

    boolean measures(Part part) {
        return parts.contains(part);
    }

    /** Whether a centre is needed at all. */
    boolean centre() {
        return measures(Part.ACCEPT) || measures(Part.DRAIN) || measures(Part.LATENCY);
    }

    /** Whether anything is measured in rounds. */
    boolean rounded() {
        return centre() || measures(Part.FLOOR) || measures(Part.FAIRNESS) || measures(Part.POLL);
    }

    private static int positive(String argument, String value) {
        if (!value.matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException(argument + ": a number from 1 to 9999999 is wanted");
        }
        return Integer.parseInt(value);
    }

    private static Set<Part> parts(String value) {
        try {
            return Arrays.stream(value.toUpperCase(Locale.ROOT).split(","))
                    .map(Part::valueOf)
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--only=" + value + ": accept, drain, latency, fairness, ansible, lists, poll or floor is wanted",
                    e);
        }
    }
}

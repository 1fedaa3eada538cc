package org.taskcenter.metrics;

import java.util.Map;

/**
 * How things stood in the database at one moment.
 *
 * @param depths how many tasks there are, by kind and state
 * @param oldest for each kind how many seconds its longest due task waits; 0 where none is due
 * @param members how many members there are, by state
 * @param at when, by {@link System#nanoTime}
 * @param took how long it took to find out, in seconds
 */
record Sample(Map<Depth, Long> depths, Map<String, Double> oldest, Map<String, Long> members, long at, double took) {
    /** What is counted apart: {@code waiting} for a place, {@code scheduled} for later, or {@code running}. */
    record Depth(String kind, String state) {}
}

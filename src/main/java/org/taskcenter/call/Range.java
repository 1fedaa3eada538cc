package org.taskcenter.call;

/**
 * Where a part of an ordered list begins.
 *
 * @param from the index of its first item, from 0; at most {@code total}
 * @param total how many items the whole list has
 */
public record Range(long from, long total) {}

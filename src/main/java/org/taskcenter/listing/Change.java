package org.taskcenter.listing;

/**
 * That a group has more tasks, or fewer.
 *
 * @param by how many more; negative: fewer
 */
public record Change(Group group, long by) {}

package org.taskcenter.listing;

/**
 * That a group has a task more, or fewer.
 *
 * @param task its id; of several, of one that lies near it
 * @param by how many more; negative: fewer
 */
public record Change(Group group, long task, long by) {}

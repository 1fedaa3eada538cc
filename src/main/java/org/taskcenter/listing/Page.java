package org.taskcenter.listing;

import java.util.List;

/**
 * A page of tasks.
 *
 * @param total how many tasks there are on all pages
 */
public record Page(List<Listed> tasks, long total) {}

package org.taskcenter.task;

import java.time.Duration;

/**
 * Waiting tasks of one lane and one priority, as a look at the queue finds them.
 *
 * @param lane the lane
 * @param kind its kind
 * @param client its client
 * @param most how many of its tasks one member may do at a time; 0 where it has no limit of its own
 * @param priority the priority of these tasks
 * @param due how long until the first of them is due; zero or negative is now
 */
public record Backlog(int lane, String kind, String client, int most, int priority, Duration due) {}

package org.taskcenter.task;

/** One task that has just ended, as the transaction that ends it sees it. */
public record Ended(long id, String kind, String client, int generation, TaskState state) {}

package org.taskcenter.task;

/** A task that had ended and waits again, in the given generation. */
public record Reopened(long id, String kind, String client, int lane, int priority, int generation) {}

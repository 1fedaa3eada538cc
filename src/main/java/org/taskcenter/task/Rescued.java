package org.taskcenter.task;

/** A task that was taken from a dead member. */
public record Rescued(long id, String kind, String client, int lane, int priority, int generation, TaskState state) {}

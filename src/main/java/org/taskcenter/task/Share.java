package org.taskcenter.task;

/** How many tasks to claim at most from one lane and priority. */
public record Share(int lane, int priority, int tasks) {}

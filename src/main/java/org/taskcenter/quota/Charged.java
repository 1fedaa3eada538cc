package org.taskcenter.quota;

/**
 * A generation of a task that may have been charged.
 *
 * @param task the task's number
 */
public record Charged(long task, int generation) {}

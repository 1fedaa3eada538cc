package org.taskcenter.quota;

/**
 * What a generation of a task costs.
 *
 * @param amount in units of quota, not negative
 * @param task the task's number
 * @param taskId the task's name as its account knows it, at most 64 characters
 */
public record Charge(long account, long amount, long task, int generation, String taskId) {
    public Charge {
        if (amount < 0) {
            throw new IllegalArgumentException("a charge of " + amount);
        }
    }
}

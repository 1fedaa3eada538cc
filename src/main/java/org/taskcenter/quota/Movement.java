package org.taskcenter.quota;

import java.time.Instant;

/**
 * A row of the ledger.
 *
 * @param amount what the balance grew by; negative for a charge
 * @param balance the account's balance after it
 * @param taskId the task's name as its account knows it, or null where it is about none
 */
public record Movement(long id, Instant at, long amount, long balance, String reason, String taskId) {}

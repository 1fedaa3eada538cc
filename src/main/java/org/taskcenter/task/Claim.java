package org.taskcenter.task;

import java.time.Duration;

/**
 * The right of one member to do one task once. It ends when the task is settled with it, or when the member is declared
 * dead; a settlement with a claim that has ended is refused by the store.
 *
 * @param id the task
 * @param lane what it got its share of the work by
 * @param priority its priority within its lane
 * @param generation how often an operator has opened the task anew, from 1
 * @param epoch grows with every claim and every rescue of the task: what tells this claim from an earlier one
 * @param attempt which attempt of this generation this is, from 1
 * @param interruptions how many of the attempts before this one were cut off by the centre itself (it died or drained)
 * @param waited how long the task was due before it was claimed
 * @param age how long ago the task was first due in this generation
 */
public record Claim(
        long id,
        String kind,
        String client,
        String clientId,
        int lane,
        int priority,
        int generation,
        int epoch,
        int attempt,
        int interruptions,
        Duration waited,
        Duration age) {

    /** The claim of a task that is begun as soon as it is stored. */
    public static Claim first(long id, Draft draft, int lane) {
        return new Claim(
                id,
                draft.kind(),
                draft.client(),
                draft.clientId(),
                lane,
                draft.priority(),
                1,
                1,
                1,
                0,
                Duration.ZERO,
                Duration.ZERO);
    }

    /** Which attempt this is among those that count against a limit of attempts, from 1. */
    public int countedAttempt() {
        return attempt - interruptions;
    }
}

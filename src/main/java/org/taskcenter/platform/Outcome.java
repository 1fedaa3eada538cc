package org.taskcenter.platform;

/** What came of a submission. */
public sealed interface Outcome {
    /** The centre has the task, and as a rule a third party as well. */
    record Accepted(String taskId) implements Outcome {}

    /** It is not done. */
    record Refused(Refusal refusal) implements Outcome {}
}

package org.taskcenter.ansible;

import org.taskcenter.task.TaskState;

/** How far a run or a node is, on the scale of the Channel API. */
public enum Status {
    WAITING(0),
    RUNNING(1),
    SUCCEEDED(2),
    FAILED(3),
    STOPPED(4),
    /** Some nodes did, some did not. */
    PARTLY(5);

    private final int number;

    Status(int number) {
        this.number = number;
    }

    /** Its number in the API and in the database. */
    public int number() {
        return number;
    }

    /** Whether something has gone wrong that has to be explained. */
    public boolean isTrouble() {
        return this == FAILED || this == PARTLY;
    }

    static Status of(int number) {
        return values()[number];
    }

    /**
     * That of a run.
     *
     * @param begun whether anything of it was ever begun: between two tries it is under way all the same
     */
    static Status of(TaskState state, boolean begun) {
        return switch (state) {
            case WAITING -> begun ? RUNNING : WAITING;
            case RUNNING -> RUNNING;
            case SUCCEEDED -> SUCCEEDED;
            case FAILED -> FAILED;
            case PARTLY -> PARTLY;
            case CANCELLED -> STOPPED;
        };
    }
}

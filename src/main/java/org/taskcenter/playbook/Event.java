package org.taskcenter.playbook;

import java.time.Instant;

/** What happened in a run. */
public sealed interface Event {
    /**
     * One node has ended one Ansible task.
     *
     * @param task the task's name
     * @param status how it ended
     * @param ignored whether the playbook goes on for the node although it failed ({@code ignore_errors}, a rescue)
     * @param cmd the command, of modules that run one; else null. So are the next four where the module gave none. None of them
     *     where the task has {@code no_log}. Long ones are cut.
     */
    record Line(
            String node,
            String task,
            Status status,
            boolean ignored,
            boolean changed,
            Instant start,
            Instant end,
            String cmd,
            Integer rc,
            String stdout,
            String stderr,
            String msg)
            implements Event {}

    /** How a task ended on a node. */
    enum Status {
        OK,
        FAILED,
        UNREACHABLE,
        SKIPPED
    }

    /** The first task begins on a node. */
    record Begun(String node) implements Event {}

    /** Nothing is left to do on a node, while others may go on. Lines of that node came before. Not told of whole playbooks. */
    record Through(String node, Exit.NodeResult result) implements Event {}
}

package org.taskcenter.ansible;

/**
 * What to do on the nodes of a run.
 *
 * @param text for TASKS and ROLES a JSON array, for PLAYBOOK YAML
 */
public record Work(Kind kind, String text) {
    /** How the text is to be read. */
    public enum Kind {
        /** Ansible tasks. Nodes go through them each at its own pace, and are done one by one. */
        TASKS,
        /** Names of roles, likewise. */
        ROLES,
        /** A whole playbook with its own hosts and strategy: nodes are done when it has ended. */
        PLAYBOOK
    }
}

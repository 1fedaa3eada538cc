package org.taskcenter.playbook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A playbook to be run.
 *
 * @param id its name among the runs of this member, for logs: letters, digits, dots
 * @param work what to do
 * @param variables a JSON object: variables for every node
 * @param nodes where; at least one, each name once
 * @param user who to be on the nodes, as data: Ansible does not take it for a template
 * @param forks on how many nodes at a time, from 1
 * @param check whether to change nothing (Ansible's check mode)
 * @param tags only tasks with these; empty: all
 * @param skipTags not those with these
 * @param limit how long it may take in all; it is stopped then
 */
public record Order(
        String id,
        Work work,
        String variables,
        List<Node> nodes,
        String user,
        int forks,
        boolean check,
        List<String> tags,
        List<String> skipTags,
        Duration limit) {

    /**
     * A node.
     *
     * @param name an address or a host name
     * @param privateKey the text of the SSH key for it, where it has one of its own
     */
    public record Node(String name, Optional<String> privateKey) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * What to do on the nodes.
     *
     * @param kind how to read the text
     * @param text for TASKS and ROLES a JSON array, for PLAYBOOK YAML
     */
    public record Work(Kind kind, String text) {
        /** Kinds of work. */
        public enum Kind {
            /** Ansible tasks. Nodes go through them each at its own pace, and are reported done one by one. */
            TASKS,
            /** Ansible roles, likewise. */
            ROLES,
            /** A whole playbook with its own hosts and strategy: nodes are done when it has ended. */
            PLAYBOOK
        }
    }
}

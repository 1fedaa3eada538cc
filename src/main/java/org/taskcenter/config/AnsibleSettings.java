package org.taskcenter.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How playbooks are run.
 *
 * @param privateKey file of the SSH key for all nodes
 * @param keyUrl with a node's name appended, a URL that answers the SSH key for that node
 * @param hostKeys which nodes are believed to be themselves
 * @param wrapper the command, with its arguments, that each playbook process is put behind; empty: none
 * @param maxForks on so many nodes at a time one run works at most
 */
public record AnsibleSettings(
        Optional<Path> privateKey, Optional<URI> keyUrl, HostKeys hostKeys, List<String> wrapper, int maxForks) {

    /** Which host keys are accepted. */
    public enum HostKeys {
        /** Any of a node that was never seen before; of others the one that was seen. */
        ACCEPT_NEW,
        /** Those that are known. */
        STRICT,
        /** All, and none is remembered. */
        OFF
    }
}

package org.taskcenter.call;

/**
 * Which calls of a client are meant.
 *
 * @param client whose
 * @param id the client's name for it, or null for any
 * @param group the client's group, or null for any; not both are null
 */
public record Selection(String client, String id, String group) {
    public Selection {
        if (id == null && group == null) {
            throw new IllegalArgumentException("neither id nor group");
        }
    }
}

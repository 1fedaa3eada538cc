package org.taskcenter.api.manager;

import java.util.List;

/**
 * A message as it was read, not yet checked.
 *
 * @param type its {@code message_type}
 * @param many whether {@code parameters} was an array
 * @param parameters one for each object, null in the place of what is no object; null if {@code parameters} was neither an
 *     object nor an array
 */
record Message(String type, boolean many, List<Parameters> parameters) {
    /** The parameters of a message that takes one object. */
    Parameters only() throws Refusal {
        if (many || parameters == null) {
            throw Refusal.malformed("parameters must be one object");
        }
        return parameters.get(0);
    }
}

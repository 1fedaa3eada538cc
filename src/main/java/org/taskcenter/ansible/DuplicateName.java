package org.taskcenter.ansible;

/** There is a run of this name already; nothing was stored. */
public final class DuplicateName extends Exception {
    private static final long serialVersionUID = 1;

    DuplicateName() {
        super("there is a run of this name already", null, false, false);
    }
}

package org.taskcenter.ansible;

/** Too many tasks wait; nothing was stored. */
public final class NoRoom extends Exception {
    private static final long serialVersionUID = 1;

    NoRoom() {
        super("too many tasks wait", null, false, false);
    }
}

package org.taskcenter.call;

/** What became of a call that was handed in. */
public enum Verdict {
    /** It is stored and will be done. */
    ACCEPTED,
    /** The client has another call of that id. */
    DUPLICATE,
    /** The centre cannot take more at the moment. */
    FULL
}

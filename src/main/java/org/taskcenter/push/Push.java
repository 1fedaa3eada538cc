package org.taskcenter.push;

import org.taskcenter.call.CallEnds.End;

/**
 * A result to be pushed. The result itself is read when it is sent.
 *
 * @param of the end of a task whose result it is
 * @param url where it goes, http or https; null where that is stored and does not open
 * @param kind the kind of that task
 */
record Push(End of, String url, String kind) {
    /** How the push of one end of a task is called: the same name for every try, another one for every other end. */
    static String name(long task, int generation) {
        return task + "_" + generation;
    }
}

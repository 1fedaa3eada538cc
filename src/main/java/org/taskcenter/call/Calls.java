package org.taskcenter.call;

import java.util.List;

/** The calls of all clients: hand in, ask, cancel. */
public final class Calls {
    /**
     * Stores calls. When this returns, the accepted ones survive a crash.
     *
     * @return one verdict for each, in order
     */
    public List<Verdict> submit(List<NewCall> calls) {
        throw new UnsupportedOperationException();
    }

    /**
     * The state of the selected calls, oldest first.
     *
     * @param limit 0 for none: only the total is found out then
     */
    public Page<CallStatus> find(Selection selection, long offset, int limit) {
        throw new UnsupportedOperationException();
    }

    /**
     * Cancels the selected calls, oldest first; only those of the page are touched.
     *
     * @param force whether running ones are stopped too
     */
    public Page<CancelledCall> cancel(Selection selection, boolean force, long offset, int limit) {
        throw new UnsupportedOperationException();
    }
}

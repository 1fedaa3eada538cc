package org.taskcenter.api.manager;

import java.util.List;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.Calls;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Page;
import org.taskcenter.call.Selection;
import org.taskcenter.call.Verdict;

/** What messages ask of the centre; see {@link Calls} for what it does. */
interface Desk {
    List<Verdict> submit(List<NewCall> calls);

    Page<CallStatus> find(Selection selection, long offset, int limit);

    Page<CancelledCall> cancel(Selection selection, boolean force, long offset, int limit);

    static Desk of(Calls calls) {
        return new Desk() {
            @Override
            public List<Verdict> submit(List<NewCall> newCalls) {
                return calls.submit(newCalls);
            }

            @Override
            public Page<CallStatus> find(Selection selection, long offset, int limit) {
                return calls.find(selection, offset, limit);
            }

            @Override
            public Page<CancelledCall> cancel(Selection selection, boolean force, long offset, int limit) {
                return calls.cancel(selection, force, offset, limit);
            }
        };
    }
}

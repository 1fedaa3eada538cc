package org.taskcenter.api.manager;

import java.util.List;
import java.util.function.Consumer;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.Calls;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.FoundCall;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Page;
import org.taskcenter.call.Range;
import org.taskcenter.call.Selection;
import org.taskcenter.call.Verdict;

/** What messages ask of the centre; see {@link Calls} for what it does. */
interface Desk {
    List<Verdict> submit(List<NewCall> calls);

    Page<FoundCall> find(Selection selection, long offset, int limit);

    List<CallStatus> read(List<FoundCall> calls);

    Range cancel(Selection selection, boolean force, long offset, long limit, Consumer<List<CancelledCall>> done);

    static Desk of(Calls calls) {
        return new Desk() {
            @Override
            public List<Verdict> submit(List<NewCall> newCalls) {
                return calls.submit(newCalls);
            }

            @Override
            public Page<FoundCall> find(Selection selection, long offset, int limit) {
                return calls.find(selection, offset, limit);
            }

            @Override
            public List<CallStatus> read(List<FoundCall> found) {
                return calls.read(found);
            }

            @Override
            public Range cancel(
                    Selection selection, boolean force, long offset, long limit, Consumer<List<CancelledCall>> done) {
                return calls.cancel(selection, force, offset, limit, done);
            }
        };
    }
}

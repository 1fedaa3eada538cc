package org.taskcenter.api.manager;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Page;
import org.taskcenter.call.Selection;
import org.taskcenter.call.Verdict;

/** Answers as it is told, and remembers what it was asked. */
final class FakeDesk implements Desk {
    /** What it was asked, besides to submit. */
    record Question(Selection selection, Boolean force, long offset, int limit) {}

    final List<NewCall> submitted = new ArrayList<>();
    final List<Question> questions = new ArrayList<>();
    Function<NewCall, Verdict> verdict = call -> Verdict.ACCEPTED;
    Page<CallStatus> found = new Page<>(0, 0, List.of());
    Page<CancelledCall> cancelled = new Page<>(0, 0, List.of());
    RuntimeException failure;

    @Override
    public List<Verdict> submit(List<NewCall> calls) {
        failIfTold();
        submitted.addAll(calls);
        return calls.stream().map(verdict).toList();
    }

    @Override
    public Page<CallStatus> find(Selection selection, long offset, int limit) {
        failIfTold();
        questions.add(new Question(selection, null, offset, limit));
        return found;
    }

    @Override
    public Page<CancelledCall> cancel(Selection selection, boolean force, long offset, int limit) {
        failIfTold();
        questions.add(new Question(selection, force, offset, limit));
        return cancelled;
    }

    private void failIfTold() {
        if (failure != null) {
            throw failure;
        }
    }
}

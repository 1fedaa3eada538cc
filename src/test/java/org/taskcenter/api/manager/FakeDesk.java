package org.taskcenter.api.manager;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.FoundCall;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Page;
import org.taskcenter.call.Range;
import org.taskcenter.call.Selection;
import org.taskcenter.call.Verdict;

/** Answers as it is told, and remembers what it was asked. */
final class FakeDesk implements Desk {
    /** What it was asked, besides to submit. */
    record Question(Selection selection, Boolean force, long offset, long limit) {}

    final List<NewCall> submitted = new ArrayList<>();
    final List<Question> questions = new ArrayList<>();
    Function<NewCall, Verdict> verdict = call -> Verdict.ACCEPTED;
    Page<CallStatus> found = new Page<>(0, 0, List.of());
    Page<CancelledCall> cancelled = new Page<>(0, 0, List.of());
    int portions = 1;
    int bytesReadAtOnce = Integer.MAX_VALUE;
    List<FoundCall> read;
    RuntimeException failure;

    @Override
    public List<Verdict> submit(List<NewCall> calls) {
        failIfTold();
        submitted.addAll(calls);
        return calls.stream().map(verdict).toList();
    }

    @Override
    public Page<FoundCall> find(Selection selection, long offset, int limit) {
        failIfTold();
        questions.add(new Question(selection, null, offset, limit));
        return new Page<>(
                found.from(),
                found.total(),
                found.items().stream().map(this::foundCall).toList());
    }

    private FoundCall foundCall(CallStatus status) {
        int length = status.body() == null ? 0 : status.body().length();
        return new FoundCall(1, 1, status, length, length <= bytesReadAtOnce);
    }

    @Override
    public List<CallStatus> read(List<FoundCall> calls) {
        read = calls;
        return calls.stream().map(FoundCall::status).toList();
    }

    @Override
    public Range cancel(
            Selection selection, boolean force, long offset, long limit, Consumer<List<CancelledCall>> done) {
        failIfTold();
        questions.add(new Question(selection, force, offset, limit));
        for (int i = 0; i < portions && !cancelled.items().isEmpty(); i++) {
            done.accept(cancelled.items());
        }
        return new Range(cancelled.from(), cancelled.total());
    }

    private void failIfTold() {
        if (failure != null) {
            throw failure;
        }
    }
}

package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.StubTarget;

/**
 * A target that knows how often each task was called, under which keys, and gives each call an answer of its own. It can
 * keep the first call of each task waiting.
 */
final class Target implements AutoCloseable {
    private static final String PATH = "/task";

    private final StubTarget stub = StubTarget.forgetful();
    private final Map<String, List<String>> keys = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private final Duration pause;
    private volatile CompletableFuture<Void> held = CompletableFuture.completedFuture(null);

    private Target(Duration pause) {
        this.pause = pause;
        stub.on(PATH, this::answer);
    }

    /** One that answers at once. */
    static Target quick() {
        return new Target(Duration.ZERO);
    }

    /** One that takes its time for each answer. */
    static Target slow(Duration pause) {
        return new Target(pause);
    }

    /** Keeps the first call of each task that comes from now on waiting, until {@link #release}. */
    void hold() {
        held = new CompletableFuture<>();
    }

    /** Answers the calls that were kept waiting; those to come are not kept. */
    void release() {
        held.complete(null);
    }

    /** Where a task is to go. */
    URI uri(String id) {
        return stub.uri(PATH + "?" + id);
    }

    /** How many calls have arrived. */
    long calls() {
        return stub.count();
    }

    /** How many calls the centre has given up. */
    long abandoned() {
        return stub.abandoned();
    }

    void awaitCalls(long count) {
        Awaitility.await(count + " calls").atMost(Group.PATIENCE).until(() -> calls() >= count);
    }

    /** How often a task was called. */
    synchronized int calls(String id) {
        return keys.getOrDefault(id, List.of()).size();
    }

    /** The tasks in the order in which their calls arrived. */
    synchronized List<String> order() {
        return List.copyOf(order);
    }

    /** What a task's calls were answered, or would have been. */
    List<String> answers(String id) {
        List<String> answers = new ArrayList<>();
        for (int i = 1; i <= calls(id); i++) {
            answers.add(id + " call " + i);
        }
        return answers;
    }

    /** That each of these was called, always with the same key, and no two with the same. */
    synchronized void assertOneKeyEach(Collection<String> ids) {
        Set<String> all = new HashSet<>();
        for (String id : ids) {
            assertThat(keys.getOrDefault(id, List.of())).as("keys of " + id).isNotEmpty();
            Set<String> own = new HashSet<>(keys.get(id));
            assertThat(own).as("keys of " + id).hasSize(1).doesNotContain("");
            all.addAll(own);
        }
        assertThat(all).hasSameSizeAs(Set.copyOf(ids));
    }

    @Override
    public void close() {
        stub.close();
    }

    private synchronized Answer answer(Received request) {
        String id = request.target().substring(request.target().indexOf('?') + 1);
        List<String> own = keys.computeIfAbsent(id, each -> new ArrayList<>());
        own.add(request.header("Idempotency-Key").orElse(""));
        order.add(id);
        Answer answer = Answer.of(200, id + " call " + own.size());
        if (own.size() == 1 && !held.isDone()) {
            return answer.when(held);
        }
        return pause.isZero()
                ? answer
                : answer.when(
                        new CompletableFuture<>().completeOnTimeout(null, pause.toMillis(), TimeUnit.MILLISECONDS));
    }
}

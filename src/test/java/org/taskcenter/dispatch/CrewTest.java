package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

class CrewTest {
    private final Work work = new Work(lane -> new Window(100));
    private final List<Settlement> settled = new ArrayList<>();
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private boolean mayWork = true;
    private Consumer<List<Claim>> atRun = claims -> heard.add("run " + ids(claims));

    private final Claim one = claim(1, "call");
    private final Claim two = claim(2, "call");

    private final class Recorder implements Runner {
        private final String kind;

        Recorder(String kind) {
            this.kind = kind;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public void run(List<Claim> claims, Consumer<Settlement> settler) {
            atRun.accept(claims);
        }

        @Override
        public void stop(Claim claim, Why why) {
            heard.add("stop " + claim.id() + " " + why);
        }

        @Override
        public void stored(Claim claim) {
            heard.add("stored " + claim.id());
        }
    }

    private Crew crew = crew(threads::add);

    private Crew crew(Executor executor) {
        return new Crew(
                List.of(new Kind(new Recorder("call"), executor, 10), new Kind(new Recorder("push"), executor, 3)),
                work,
                () -> mayWork,
                settlement -> {
                    work.done(settlement.claim(), 0, true);
                    settled.add(settlement);
                });
    }

    @Test
    void givesEachKindItsOwn() {
        begin(one, claim(3, "push"), two);
        runAll();

        assertThat(heard).containsExactlyInAnyOrder("run [1, 2]", "run [3]");
        assertThat(settled).isEmpty();
        assertThat(crew.most("push")).isEqualTo(3);
        assertThat(crew.kinds()).containsExactlyInAnyOrder("call", "push");
    }

    @Test
    void tellsTheRunnerToStop() {
        begin(one, two);
        runAll();

        assertThat(crew.stop(1)).isTrue();
        assertThat(crew.stop(4)).isFalse();
        crew.interruptAll();

        assertThat(heard).containsExactly("run [1, 2]", "stop 1 CANCELLED", "stop 1 INTERRUPTED", "stop 2 INTERRUPTED");
    }

    @Test
    void tellsTheRunnerWhatIsStored() {
        crew.stored(claim(4, "a kind nobody here knows"));
        crew.stored(two);

        assertThat(heard).containsExactly("stored 2");
    }

    @Test
    void doesNotBeginWhatIsStoppedBefore() {
        begin(one, two);
        crew.stop(1);
        assertThat(heard).isEmpty();
        runAll();

        assertThat(heard).containsExactly("run [2]");
        assertThat(settled).containsExactly(Settlement.untouched(one));
    }

    @Test
    void beginsNothingWhileItMustNotWork() {
        begin(one, two);
        mayWork = false;
        runAll();

        assertThat(heard).isEmpty();
        assertThat(settled).containsExactly(Settlement.untouched(one), Settlement.untouched(two));
    }

    @Test
    void aStopThatComesDuringTheBeginningIsNotLost() {
        atRun = claims -> {
            heard.add("run " + ids(claims));
            crew.stop(2);
            crew.interruptAll();
        };
        begin(one, two);
        runAll();

        assertThat(heard).containsExactly("run [1, 2]", "stop 1 INTERRUPTED", "stop 2 INTERRUPTED");
    }

    @Test
    void whatCouldNotBeBegunIsDoneAgain() {
        for (Throwable fault : List.of(new IllegalStateException("bug"), new NoClassDefFoundError("bug"))) {
            settled.clear();
            atRun = claims -> {
                if (fault instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) fault;
            };
            begin(one, two);
            runAll();

            assertThat(settled)
                    .containsExactly(
                            Settlement.again(one, null, Duration.ofSeconds(1)),
                            Settlement.again(two, null, Duration.ofSeconds(1)));
            assertThat(work.running()).isZero();
        }
    }

    @Test
    void aFullExecutorLosesNothing() {
        crew = crew(run -> {
            throw new RejectedExecutionException("full");
        });
        begin(one);

        assertThat(settled).extracting(Settlement::next).containsExactly(TaskState.WAITING);
        assertThat(work.running()).isZero();
    }

    private void begin(Claim... claims) {
        for (Claim claim : claims) {
            work.begin(claim, 0);
        }
        crew.begin(List.of(claims));
    }

    private void runAll() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    private static List<Long> ids(List<Claim> claims) {
        return claims.stream().map(Claim::id).toList();
    }

    private static Claim claim(long id, String kind) {
        return new Claim(id, kind, "a", "n" + id, 1, 0, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO);
    }
}

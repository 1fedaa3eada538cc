package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.task.Claim;

class WorkTest {
    private static final int LANE = 3;
    private final Work work = new Work(lane -> new Window(100));
    private final Claim claim = claim(1, 1);

    @Test
    void countsWhatIsUnderWay() {
        work.begin(claim, 0);
        work.begin(claim(2, 1), 0);

        assertThat(work.running()).isEqualTo(2);
        assertThat(work.held()).isEqualTo(2);
        assertThat(work.runningOf("call")).isEqualTo(2);
        assertThat(work.runningOf("push")).isZero();
        assertThat(work.runningFor("call", "a")).isEqualTo(2);
        assertThat(work.runningFor("call", "b")).isZero();
        assertThat(work.room(LANE)).isEqualTo(Window.FIRST - 2);
        assertThat(work.room(77)).isEqualTo(Window.FIRST);
    }

    @Test
    void whatIsNotWorkedOnAfterAllOpensNoWindow() {
        work.begin(claim, 0);
        work.withdraw(claim);
        work.withdraw(claim);

        assertThat(work.running()).isZero();
        assertThat(work.held()).isZero();
        assertThat(work.runningFor("call", "a")).isZero();
        assertThat(work.room(LANE)).isEqualTo(Window.FIRST);
    }

    @Test
    void aPlaceIsFreeWhenTheWorkIsOverAndBeforeItIsStored() {
        work.begin(claim, 0);
        work.done(claim, 1, true);

        assertThat(work.running()).isZero();
        assertThat(work.runningOf("call")).isZero();
        assertThat(work.runningFor("call", "a")).isZero();
        assertThat(work.room(LANE)).isEqualTo(Window.FIRST + 1);
        assertThat(work.held()).isEqualTo(1);
        assertThat(work.holds(claim)).isTrue();

        work.forget(claim, 2);
        assertThat(work.held()).isZero();
    }

    @Test
    void hearsOfAnEndOnce() {
        work.begin(claim, 0);
        work.done(claim, 1, true);
        work.done(claim, 1, true);
        work.forget(claim, 1);
        work.forget(claim, 1);
        work.done(claim, 1, true);

        assertThat(work.running()).isZero();
        assertThat(work.room(LANE)).isEqualTo(Window.FIRST + 1);
    }

    @Test
    void aLostClaimThatWasNeverDoneFreesItsPlace() {
        work.begin(claim, 0);
        work.forget(claim, 1);

        assertThat(work.running()).isZero();
        assertThat(work.held()).isZero();
    }

    @Test
    void aTaskThatIsClaimedAnewTakesOnePlace() {
        Claim anew = claim(1, 3);
        work.begin(claim, 0);
        work.begin(anew, 1);
        assertThat(work.running()).isEqualTo(1);
        assertThat(work.runningFor("call", "a")).isEqualTo(1);

        work.done(claim, 2, true);
        work.forget(claim, 2);

        assertThat(work.running()).isEqualTo(1);
        assertThat(work.holds(anew)).isTrue();
        assertThat(work.holds(claim)).isFalse();
        work.forget(anew, 3);
        assertThat(work.running()).isZero();
        assertThat(work.room(LANE)).isGreaterThanOrEqualTo(Window.FIRST);
    }

    @Test
    void aStopReachesTheRunnerWhenItKnowsTheTask() {
        work.begin(claim, 0);

        assertThat(work.stop(1, Why.CANCELLED)).isNull();
        assertThat(work.toStop(List.of(claim))).containsExactly(claim);
        assertThat(work.handedOver(List.of(claim))).containsExactly(claim);
        assertThat(work.why(claim)).isEqualTo(Why.CANCELLED);
        assertThat(work.stop(1, Why.CANCELLED)).isEqualTo(claim);
    }

    @Test
    void nothingIsStoppedThatIsOverOrUnknown() {
        work.begin(claim, 0);
        work.handedOver(List.of(claim));
        work.done(claim, 1, true);

        assertThat(work.stop(1, Why.CANCELLED)).isNull();
        assertThat(work.stop(2, Why.CANCELLED)).isNull();
        assertThat(work.interruptAll()).isEmpty();
        assertThat(work.why(claim)).isNull();
    }

    @Test
    void interruptsEachOnce() {
        Claim later = claim(2, 1);
        work.begin(claim, 0);
        work.handedOver(List.of(claim));
        work.begin(later, 0);

        assertThat(work.interruptAll()).containsExactly(claim);
        assertThat(work.interruptAll()).isEmpty();
        assertThat(work.handedOver(List.of(later))).containsExactly(later);
        assertThat(work.why(later)).isEqualTo(Why.INTERRUPTED);
    }

    @Test
    void doesNotRememberAllLanesForEver() {
        for (int lane = 1; lane <= 30_000; lane++) {
            Claim one = new Claim(lane, "call", "a", "1", lane, 0, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO);
            work.begin(one, 0);
            work.forget(one, 0);
        }
        assertThat(work.windows()).isLessThan(10_100);
    }

    private static Claim claim(long id, int epoch) {
        return new Claim(id, "call", "a", "n" + id, LANE, 0, 1, epoch, 1, 0, Duration.ZERO, Duration.ZERO);
    }
}

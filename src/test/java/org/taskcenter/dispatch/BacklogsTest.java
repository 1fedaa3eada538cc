package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.taskcenter.dispatch.Backlogs.Place;
import org.taskcenter.dispatch.FairShare.Wanting;

class BacklogsTest {
    private static final long NOW = Long.MAX_VALUE - 1_000; // System.nanoTime() may be anything and overflow
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Backlogs backlogs = new Backlogs();

    @Test
    void knowsNothingAtFirst() {
        assertThat(due(NOW)).isEmpty();
        assertThat(backlogs.nanosToNext(NOW)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void showsTheHighestPriorityOfEachLane() {
        add(new Place(1, 0), 0);
        add(new Place(1, 5), 0);
        add(new Place(1, -5), 0);
        add(new Place(2, -10), 0);

        assertThat(due(NOW)).containsExactlyInAnyOrder(new Place(1, 5), new Place(2, -10));
        backlogs.exhausted(new Place(1, 5), backlogs.version());
        assertThat(due(NOW)).containsExactlyInAnyOrder(new Place(1, 0), new Place(2, -10));
        backlogs.exhausted(new Place(2, -10), backlogs.version());
        assertThat(due(NOW)).containsExactly(new Place(1, 0));
    }

    @Test
    void doesNotLoseWhatComesDuringAClaim() {
        Place place = new Place(1, 0);
        add(place, 0);
        long version = backlogs.version();
        add(place, 0);

        backlogs.exhausted(place, version);

        assertThat(due(NOW)).containsExactly(place);
        backlogs.exhausted(place, backlogs.version());
        assertThat(due(NOW)).isEmpty();
        backlogs.exhausted(place, backlogs.version());
        backlogs.exhausted(new Place(7, 7), backlogs.version());
    }

    @Test
    void showsWhatIsDueLaterWhenItIsDue() {
        Place place = new Place(1, 0);
        add(place, 2 * SECOND);
        add(new Place(2, 0), 3 * SECOND);

        assertThat(due(NOW)).isEmpty();
        assertThat(backlogs.nanosToNext(NOW)).isEqualTo(2 * SECOND);
        assertThat(due(NOW + 2 * SECOND - 1)).isEmpty();
        assertThat(due(NOW + 2 * SECOND)).containsExactly(place);
        assertThat(backlogs.nanosToNext(NOW + 2 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void theEarliestCounts() {
        Place place = new Place(1, 0);
        add(place, 5 * SECOND);
        add(place, 9 * SECOND);
        add(place, 2 * SECOND);

        assertThat(due(NOW + 2 * SECOND)).containsExactly(place);
        backlogs.exhausted(place, backlogs.version());

        // What it took the place of comes to nothing.
        assertThat(due(NOW + 9 * SECOND)).isEmpty();
        add(place, 12 * SECOND);
        assertThat(due(NOW + 12 * SECOND)).containsExactly(place);
    }

    @Test
    void isNotFilledByLooksAtTheSameThing() {
        Place place = new Place(1, 0);
        for (int look = 0; look < 100_000; look++) {
            // As looks do: a millisecond more or less.
            add(place, 3_600 * SECOND - (look % 3) * 1_000_000L);
        }
        assertThat(backlogs.remembered()).isEqualTo(1);
        for (int earlier = 1; earlier < 50_000; earlier++) {
            add(place, 3_600 * SECOND - earlier * 10_000_000L);
        }
        assertThat(backlogs.remembered()).isLessThan(2_000);
        assertThat(due(NOW + 3_600 * SECOND)).containsExactly(place);
    }

    @Test
    void keepsKindsApart() {
        backlogs.add("call", "a", new Place(1, 0), NOW, NOW);
        backlogs.add("push", "b", new Place(2, 3), NOW, NOW);

        assertThat(backlogs.next("push", 10, lane -> 7)).containsExactly(new Wanting(2, 3, "b", 7));
        assertThat(backlogs.next("ansible", 10, lane -> 7)).isEmpty();
    }

    @Test
    void leavesOutLanesWithoutRoom() {
        add(new Place(1, 0), 0);
        add(new Place(2, 0), 0);

        assertThat(backlogs.next("call", 10, lane -> lane - 1)).containsExactly(new Wanting(2, 0, "a", 1));
    }

    @Test
    void everyLaneComesInTurnWhereThereAreMany() {
        for (int lane = 1; lane <= 10; lane++) {
            add(new Place(lane, 0), 0);
        }
        List<Integer> asked = new ArrayList<>();
        for (int turn = 0; turn < 5; turn++) {
            backlogs.next("call", 4, lane -> lane == 3 ? 0 : 1).forEach(each -> asked.add(each.lane()));
        }
        assertThat(asked)
                .containsExactly(1, 2, 4, 5, 6, 7, 8, 9, 10, 1, 2, 4, 5, 6, 7, 8, 9, 10, 1, 2)
                .hasSize(20);
    }

    private List<Place> due(long now) {
        backlogs.comeDue(now);
        return backlogs.next("call", 100, lane -> 1).stream()
                .map(each -> new Place(each.lane(), each.priority()))
                .toList();
    }

    private void add(Place place, long dueIn) {
        backlogs.add("call", "a", place, NOW + dueIn, NOW);
    }
}

package org.taskcenter.dispatch;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskcenter.dispatch.FairShare.Wanting;
import org.taskcenter.task.Share;

class FairShareTest {
    private static final ToIntFunction<String> NO_LIMIT = client -> Integer.MAX_VALUE;

    private final FairShare fairShare = new FairShare();

    @Test
    void aClientAloneGetsEverything() {
        assertThat(byLane(deal(100, lane(1, "a", 500)))).isEqualTo(Map.of(1, 100));
        assertThat(byLane(deal(100, lane(1, "a", 30)))).isEqualTo(Map.of(1, 30));
    }

    @Test
    void clientsGetTheSameHoweverManyLanesTheyHave() {
        List<Wanting> lanes = new ArrayList<>();
        IntStream.range(0, 10).forEach(i -> lanes.add(lane(i, "many", 100)));
        lanes.add(lane(10, "one", 100));

        Map<Integer, Integer> dealt = byLane(fairShare.deal(100, lanes, NO_LIMIT));

        assertThat(dealt).containsEntry(10, 50);
        assertThat(IntStream.range(0, 10).map(dealt::get)).containsOnly(5);
    }

    @Test
    void whatOneCannotUseGoesToTheOthers() {
        assertThat(byLane(deal(100, lane(1, "a", 10), lane(2, "b", 500), lane(3, "c", 20), lane(4, "c", 500))))
                .isEqualTo(Map.of(1, 10, 2, 45, 3, 20, 4, 25));
    }

    @Test
    void dealsNoMoreThanThereIs() {
        List<Share> shares = deal(7, lane(1, "a", 5), lane(2, "b", 5), lane(3, "c", 5));

        assertThat(shares.stream().mapToInt(Share::tasks)).containsExactlyInAnyOrder(2, 2, 3);
        assertThat(deal(0, lane(1, "a", 5))).isEmpty();
        assertThat(deal(-3, lane(1, "a", 5))).isEmpty();
        assertThat(deal(5, lane(1, "a", 0))).isEmpty();
        assertThat(deal(5)).isEmpty();
    }

    @Test
    void respectsWhatOneClientMayHave() {
        List<Share> shares = fairShare.deal(
                100,
                List.of(lane(1, "a", 80), lane(2, "a", 80), lane(3, "b", 80)),
                client -> client.equals("a") ? 6 : -2);

        assertThat(byLane(shares)).isEqualTo(Map.of(1, 3, 2, 3));
    }

    @Test
    void keepsThePriority() {
        assertThat(fairShare.deal(5, List.of(new Wanting(1, 7, "a", 2)), NO_LIMIT))
                .containsExactly(new Share(1, 7, 2));
    }

    @Test
    void everyoneComesFirstInTurnWhereThereAreMoreClientsThanPlaces() {
        List<Wanting> lanes =
                IntStream.range(0, 10).mapToObj(i -> lane(i, "client-" + i, 5)).toList();
        Map<Integer, Integer> sums = new HashMap<>();
        for (int turn = 0; turn < 20; turn++) {
            byLane(fairShare.deal(3, lanes, NO_LIMIT)).forEach((lane, tasks) -> sums.merge(lane, tasks, Integer::sum));
        }
        assertThat(sums)
                .hasSize(10)
                .allSatisfy((lane, tasks) -> assertThat(tasks).isEqualTo(6));
    }

    @Test
    void everyLaneComesFirstInTurnWhateverTheNumberOfClientsAndLanes() {
        for (int clients = 1; clients <= 5; clients++) {
            for (int lanesEach = 1; lanesEach <= 5; lanesEach++) {
                List<Wanting> lanes = new ArrayList<>();
                for (int i = 0; i < clients * lanesEach; i++) {
                    lanes.add(lane(i, "client-" + i % clients, 5));
                }
                FairShare dealer = new FairShare();
                Map<Integer, Integer> sums = new HashMap<>();
                for (int turn = 0; turn < 10 * clients * lanesEach; turn++) {
                    byLane(dealer.deal(1, lanes, NO_LIMIT))
                            .forEach((lane, tasks) -> sums.merge(lane, tasks, Integer::sum));
                }
                assertThat(sums)
                        .as("%d clients with %d lanes each", clients, lanesEach)
                        .hasSize(clients * lanesEach)
                        .allSatisfy((lane, tasks) -> assertThat(tasks).isEqualTo(10));
            }
        }
    }

    private List<Share> deal(int places, Wanting... lanes) {
        return fairShare.deal(places, List.of(lanes), NO_LIMIT);
    }

    private static Wanting lane(int lane, String client, int room) {
        return new Wanting(lane, 0, client, room);
    }

    private static Map<Integer, Integer> byLane(List<Share> shares) {
        return shares.stream().collect(groupingBy(Share::lane, summingInt(Share::tasks)));
    }
}

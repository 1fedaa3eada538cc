package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How members divide the tasks among them. */
class ShardsTest {
    private static final List<Long> MEMBERS = List.of(1_001L, 2_001L, 3_001L);
    private static final int CHANNELS = 10;
    private static final int TASKS = 640;

    @Test
    void eachTaskIsAskedAfterByOneMember() {
        int[] shares = new int[MEMBERS.size()];
        for (long channel = 1; channel <= CHANNELS; channel++) {
            for (long task = 1; task <= TASKS; task++) {
                List<Long> owners = owners(MEMBERS, channel, task);
                assertThat(owners).hasSize(1);
                shares[MEMBERS.indexOf(owners.get(0))]++;
            }
        }
        for (int share : shares) {
            assertThat(share).isBetween(CHANNELS * TASKS / 4, CHANNELS * TASKS / 2);
        }
    }

    @Test
    void whenAMemberGoesOnlyItsTasksMove() {
        List<Long> left = MEMBERS.subList(0, 2);
        int moved = 0;
        for (long task = 1; task <= TASKS; task++) {
            long before = owners(MEMBERS, 7, task).get(0);
            long after = owners(left, 7, task).get(0);
            if (before == MEMBERS.get(2)) {
                moved++;
            } else {
                assertThat(after).isEqualTo(before);
            }
        }
        assertThat(moved).isPositive();
    }

    @Test
    void whoIsAloneOrSeesNobodyAsksAfterAll() {
        for (long task = 1; task <= TASKS; task++) {
            assertThat(new Shards(5, List.of(5L)).isMine(1, task)).isTrue();
            assertThat(new Shards(5, List.of()).isMine(1, task)).isTrue();
        }
    }

    private static List<Long> owners(List<Long> members, long channel, long task) {
        List<Long> owners = new ArrayList<>();
        for (long member : members) {
            if (new Shards(member, members).isMine(channel, task)) {
                owners.add(member);
            }
        }
        return owners;
    }
}

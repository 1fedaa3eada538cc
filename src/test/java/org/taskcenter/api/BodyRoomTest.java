package org.taskcenter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyRoomTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final long MEMORY = 768L * MEBIBYTE;
    private final BodyRoom room = new BodyRoom(MEMORY, Duration.ZERO);

    @Test
    void bodiesThatAreWaitedForHaveSoMuchMemoryAtMost() {
        List<BodyRoom.Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            BodyRoom.Arrival arrival = room.arrival("account-" + i / 8);
            if (arrival.grow(16 * MEBIBYTE)) {
                arrivals.add(arrival);
            } else {
                arrival.arrived();
            }
        }

        assertThat(arrivals).hasSize(4);
        arrivals.forEach(arrival -> {
            // Whole, and nobody has read it yet.
            arrival.arrived();
            assertThat(room.arrival("another").grow(16 * MEBIBYTE)).isFalse();
        });
        arrivals.get(0).giveBack();
        arrivals.get(0).giveBack();
        assertThat(room.arrival("another").grow(16 * MEBIBYTE)).isTrue();
        assertThat(room.arrival("another").grow(16 * MEBIBYTE)).isFalse();
    }

    @Test
    void oneAccountGetsAHalfOfIt() {
        assertThat(room.arrival("slow").grow(16 * MEBIBYTE)).isTrue();
        assertThat(room.arrival("slow").grow(16 * MEBIBYTE)).isTrue();
        assertThat(room.arrival("slow").grow(BodyRoom.SMALL + 1)).isFalse();
        assertThat(room.arrival("quick").grow(16 * MEBIBYTE)).isTrue();
    }

    @Test
    void smallBodiesNeedNone() {
        for (int i = 0; i < 4; i++) {
            room.arrival("slow-" + i / 2).grow(16 * MEBIBYTE);
        }

        for (int i = 0; i < 1_000; i++) {
            assertThat(room.arrival("slow-0").grow(BodyRoom.SMALL)).isTrue();
        }
    }

    @Test
    void largeBodiesOfOneAccountAreFew() {
        List<BodyRoom.Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            arrivals.add(room.arrival("slow"));
            assertThat(arrivals.get(i).grow(100_000)).isTrue();
            assertThat(arrivals.get(i).grow(200_000)).isTrue();
        }
        assertThat(room.arrival("slow").grow(100_000)).isFalse();

        arrivals.get(0).arrived();

        assertThat(room.arrival("slow").grow(100_000)).isTrue();
    }

    @Test
    void bodiesThatAreHandledHaveSoMuchMemoryAtMost() {
        int handled = 0;
        while (handled < 100 && room.enter(16 * MEBIBYTE - 1)) {
            handled++;
        }

        assertThat(handled).isEqualTo(3);
        assertThat(room.enter(MEBIBYTE)).isFalse();
        assertThat(room.enter(1_000)).as("a small one").isTrue();
        room.leave(1_000);
        assertThat(room.enter(MEBIBYTE)).isFalse();
        room.leave(16 * MEBIBYTE - 1);
        assertThat(room.enter(MEBIBYTE)).isTrue();
    }
}

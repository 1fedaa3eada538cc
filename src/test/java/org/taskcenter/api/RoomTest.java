package org.taskcenter.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room room = new Room(10);

    @Test
    void givesWhatThereIs() {
        assertThat(room.take(7)).isTrue();
        assertThat(room.take(4)).isFalse();
        assertThat(room.take(3)).isTrue();
        assertThat(room.take(1)).isFalse();
    }

    @Test
    void takesBackWhatWasGiven() {
        assertThat(room.take(10)).isTrue();
        room.giveBack(6);
        assertThat(room.take(7)).isFalse();
        assertThat(room.take(6)).isTrue();
    }
}

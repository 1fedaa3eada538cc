package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places without connections: who gets one, and when. */
class ConnectionsTest {
    private final Route one = new Route(false, "one.example", 80);
    private final Route two = new Route(false, "two.example", 80);
    private final List<String> granted = new ArrayList<>();

    @Test
    void grantsAsManyPlacesAsAHostMayHave() {
        Connections connections = new Connections(2, 10);
        take(connections, one, "a", "b", "c", "d");
        take(connections, two, "x");
        assertThat(granted).containsExactly("a", "b", "x");
        connections.giveBack(one);
        assertThat(granted).containsExactly("a", "b", "x", "c");
        connections.giveBack(two);
        assertThat(granted).containsExactly("a", "b", "x", "c");
        assertThat(connections.count()).isEqualTo(2);
    }

    @Test
    void grantsAsManyPlacesAsThereAreInTotal() {
        Connections connections = new Connections(10, 2);
        take(connections, one, "a", "b", "c", "d");
        take(connections, two, "x", "y");
        assertThat(granted).containsExactly("a", "b");
        connections.giveBack(one);
        connections.giveBack(one);
        assertThat(granted).containsExactlyInAnyOrder("a", "b", "c", "x"); // each host in its turn
        connections.giveBack(one);
        connections.giveBack(two);
        assertThat(granted).hasSize(6);
        connections.giveBack(one);
        connections.giveBack(two);
        assertThat(connections.count()).isZero();
    }

    @Test
    void grantsNothingToWhoHasGone() {
        Connections connections = new Connections(1, 10);
        Connections.Taker gone = connection -> granted.add("gone");
        take(connections, one, "a");
        connections.take(one, gone);
        take(connections, one, "b");
        connections.forget(one, gone);
        connections.giveBack(one);
        assertThat(granted).containsExactly("a", "b");
        connections.forget(two, gone);
    }

    private void take(Connections connections, Route route, String... names) {
        for (String name : names) {
            connections.take(route, connection -> granted.add(name));
        }
    }
}

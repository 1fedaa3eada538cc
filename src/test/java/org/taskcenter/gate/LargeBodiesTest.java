package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeBodiesTest {
    private final LargeBodies bodies = new LargeBodies(100);
    private final List<String> taken = new ArrayList<>();

    @Test
    void whatIsNotKeptIsFreeOnceItIsTold() {
        LargeBodies.Room first = take("first", 100);
        take("second", 100);
        assertThat(taken).containsExactly("first");
        first.told();
        assertThat(taken).containsExactly("first", "second");
    }

    @Test
    void whatIsKeptStaysTakenAndTheRestIsFree() {
        LargeBodies.Room first = take("first", 100);
        take("second", 40);
        take("third", 10);
        assertThat(first.keep(60)).isTrue();
        first.told();
        assertThat(taken).containsExactly("first", "second");
        first.giveBack();
        first.giveBack();
        assertThat(taken).containsExactly("first", "second", "third");
        take("fourth", 50);
        assertThat(taken).hasSize(4);
        take("more than there is", 1);
        assertThat(taken).hasSize(4);
    }

    @Test
    void whatWasNotTakenCannotBeKept() {
        take("first", 100);
        LargeBodies.Room second = take("second", 100);
        assertThat(second.keep(10)).isFalse();
        second.told();
        assertThat(second.keep(10)).isFalse();
    }

    private LargeBodies.Room take(String name, int bytes) {
        return bodies.take(bytes, () -> taken.add(name));
    }
}

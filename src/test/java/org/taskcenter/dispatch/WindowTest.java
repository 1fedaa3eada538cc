package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final long QUICK = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SLOW = TimeUnit.SECONDS.toNanos(30);

    @Test
    void beginsSmall() {
        assertThat(new Window(100).room()).isEqualTo(Window.FIRST);
        assertThat(new Window(3).room()).isEqualTo(3);
    }

    @Test
    void opensWithEveryQuickTaskUpToTheMost() {
        Window window = new Window(20);
        for (int i = 0; i < 10; i++) {
            window.begun();
            window.done(QUICK);
        }
        assertThat(window.room()).isEqualTo(20);
    }

    @Test
    void closesWithSlowOnesButNeverAltogether() {
        Window window = new Window(100);
        for (int i = 0; i < 10; i++) {
            window.begun();
            window.done(SLOW);
        }
        assertThat(window.room()).isEqualTo(4);
        Window narrow = new Window(2);
        narrow.begun();
        narrow.done(SLOW);
        assertThat(narrow.room()).isEqualTo(2);
    }

    @Test
    void aSteadyOneStaysAsItIs() {
        Window window = Window.steady(3);
        window.begun();
        window.done(SLOW);
        assertThat(window.room()).isEqualTo(3);
        window.begun();
        window.done(QUICK);
        assertThat(window.room()).isEqualTo(3);
        window.begun();
        assertThat(window.room()).isEqualTo(2);
    }

    @Test
    void countsWhatIsUnderWay() {
        Window window = new Window(100);
        for (int i = 0; i < Window.FIRST; i++) {
            window.begun();
        }
        assertThat(window.room()).isZero();
        window.done(SLOW);
        assertThat(window.room()).as("narrower than what is under way").isZero();
        assertThat(window.running()).isEqualTo(Window.FIRST - 1);
    }
}

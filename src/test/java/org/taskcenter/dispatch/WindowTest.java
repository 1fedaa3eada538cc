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
            window.done(QUICK, true);
        }
        assertThat(window.room()).isEqualTo(20);
    }

    @Test
    void closesWithTargetsThatHangButNeverAltogether() {
        Window window = new Window(100);
        for (int i = 0; i < 10; i++) {
            window.begun();
            window.done(SLOW, false);
        }
        assertThat(window.room()).isEqualTo(4);
        Window narrow = new Window(2);
        narrow.begun();
        narrow.done(SLOW, false);
        assertThat(narrow.room()).isEqualTo(2);
    }

    @Test
    void opensForASlowTargetThatAnswersUpToAPartOfTheMost() {
        Window window = new Window(256);
        for (int i = 0; i < 100; i++) {
            window.begun();
            window.done(SLOW, true);
        }
        assertThat(window.room()).isEqualTo(64);
        for (int i = 0; i < 100; i++) {
            window.begun();
            window.done(QUICK, true);
        }
        assertThat(window.room()).isEqualTo(164);
        for (int i = 0; i < 200; i++) {
            window.begun();
            window.done(SLOW, true);
        }
        assertThat(window.room()).as("where it was fast before").isEqualTo(64);
        Window narrow = new Window(20);
        narrow.begun();
        narrow.done(SLOW, true);
        assertThat(narrow.room()).isEqualTo(Window.FIRST);
    }

    @Test
    void aSteadyOneStaysAsItIs() {
        Window window = Window.steady(3);
        window.begun();
        window.done(SLOW, false);
        assertThat(window.room()).isEqualTo(3);
        window.begun();
        window.done(QUICK, true);
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
        window.done(SLOW, false);
        assertThat(window.room()).as("narrower than what is under way").isZero();
        assertThat(window.running()).isEqualTo(Window.FIRST - 1);
    }
}

package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.config.Settings;

/** When tasks are asked after, round by round of the default interval, by a clock that the test turns. */
class PaceTest {
    private static final Duration INTERVAL = Settings.read(name -> null).pollInterval();
    private static final long CHANNEL = 3;

    private final Book book = new Book();
    private final Pace pace = new Pace(INTERVAL);
    private long now = 1_000;

    @ParameterizedTest
    @CsvSource({"0, 15", "599, 15", "600, 30", "3599, 30", "3600, 60", "21599, 60", "21600, 120", "1000000, 120"})
    void whoIsQuietIsAskedAfterMoreSeldom(long quietSeconds, long nextSeconds) {
        assertThat(pace.after(Duration.ofSeconds(quietSeconds))).isEqualTo(Duration.ofSeconds(nextSeconds));
    }

    @Test
    void aNewTaskIsAskedAfterInEveryRound() {
        book.add(open(1));
        assertThat(roundsAskedOf(40)).containsExactly(rounds(0, 1, 40));
    }

    @Test
    void anOldOneEveryEighthRoundUntilSomethingHappensToIt() {
        Open old = open(1);
        old.lastNews -= Duration.ofDays(1).toNanos();
        book.add(old);
        assertThat(roundsAskedOf(24)).containsExactly(0, 8, 16);
        book.news(old, 7, now);
        assertThat(roundsAskedOf(4)).as("what was put off until the 24th round").containsExactly(rounds(0, 1, 4));
    }

    @Test
    void oldOnesTakeNoTurnOfNewOnes() {
        for (int id = 1; id <= 500; id++) {
            Open old = open(id);
            old.lastNews -= Duration.ofDays(1).toNanos();
            book.add(old);
        }
        round();
        book.add(open(1_000));
        for (int turn = 0; turn < 7; turn++) {
            assertThat(round()).containsExactly(1_000L);
        }
        assertThat(round()).as("every eighth round").hasSize(501);
    }

    @Test
    void whoHasWaitedLongestComesFirst() {
        Open second = open(1);
        Open first = open(2);
        first.nextPoll -= Duration.ofSeconds(5).toNanos();
        book.add(second);
        book.add(first);
        assertThat(round()).containsExactly(2L, 1L);
    }

    /** One that is due from now on, and to which something has just happened. */
    private Open open(long id) {
        return new Open(id, "theirs-" + id, CHANNEL, now, now);
    }

    /** In which of so many rounds somebody is asked after. */
    private Integer[] roundsAskedOf(int count) {
        List<Integer> asked = new ArrayList<>();
        for (int turn = 0; turn < count; turn++) {
            if (!round().isEmpty()) {
                asked.add(turn);
            }
        }
        return asked.toArray(Integer[]::new);
    }

    private static Integer[] rounds(int from, int step, int to) {
        List<Integer> rounds = new ArrayList<>();
        for (int round = from; round < to; round += step) {
            rounds.add(round);
        }
        return rounds.toArray(Integer[]::new);
    }

    /** A round as the poller makes it, with answers that come a little later; then the clock goes on by an interval. */
    private List<Long> round() {
        List<Open> due = book.due(CHANNEL, now + INTERVAL.toNanos() / 2);
        book.asked(due, now + Duration.ofMillis(300).toNanos(), pace);
        now += INTERVAL.toNanos();
        return due.stream().map(open -> open.id).toList();
    }
}

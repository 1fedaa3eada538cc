package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.taskcenter.platform.SunoDesk.Channel;
import org.taskcenter.platform.SunoDesk.User;
import org.taskcenter.testing.Answer;

/** Which of several channels a submission goes to, and how often they are asked by default; against the packaged program. */
@TestMethodOrder(OrderAnnotation.class)
class ChannelChoiceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @AutoClose
    private static final SunoDesk FIRST_DESK = new SunoDesk();

    private static final List<Long> ASKED = new CopyOnWriteArrayList<>();

    @AutoClose
    private final SunoDesk desk = new SunoDesk();

    @BeforeAll
    static void submitWhatIsAskedAfterMeanwhile() {
        Channel channel = FIRST_DESK.channel(1, 1);
        channel.suno().polled(request -> {
            ASKED.add(request.at());
            return channel.suno().states(request);
        });
        FIRST_DESK.user(SunoDesk.PRICE).suno().song("open for long");
        FIRST_DESK.disable(channel);
    }

    /** The last of the tests: its time passes while the others run. */
    @Test
    @Order(Integer.MAX_VALUE)
    void openTasksAreAskedAfterEvery15SecondsByDefault() {
        await().atMost(Duration.ofSeconds(45)).until(() -> ASKED.size() >= 2);

        // A round may begin late, and the next one in time.
        assertThat(Duration.ofNanos(ASKED.get(1) - ASKED.get(0))).isGreaterThan(Duration.ofSeconds(11));
    }

    @Test
    void amongEqualsEachGetsItsShareByWeight() {
        Channel light = desk.channel(5, 1);
        Channel heavy = desk.channel(5, 3);
        Channel none = desk.channel(5, 0);
        Channel lower = desk.channel(4, 1_000);
        User user = desk.user(1_000_000);

        IntStream.range(0, 200).parallel().forEach(i -> user.suno().song("song " + i));

        // More than five standard deviations around 150.
        assertThat(heavy.suno().ids()).hasSizeBetween(115, 185);
        assertThat(light.suno().ids()).hasSize(200 - heavy.suno().ids().size());
        assertThat(none.suno().submissions()).isEmpty();
        assertThat(lower.suno().submissions()).isEmpty();

        light.suno().refuseNext(Answer.of(429, "full"));
        heavy.suno().refuseNext(Answer.of(429, "full"));
        user.suno().song("for who has no weight");
        assertThat(none.suno().ids()).hasSize(1);
        assertThat(lower.suno().submissions()).isEmpty();
    }

    @Test
    void whoFailsIsLeftAloneForAWhile() {
        Channel failing = desk.channel(9, 1);
        Channel full = desk.channel(8, 1);
        Channel good = desk.channel(1, 1);
        failing.suno().moods(() -> Answer.of(503, "down"));
        full.suno().moods(() -> Answer.of(429, "full").header("Retry-After", "500"));
        User user = desk.user(1_000_000);

        for (int i = 0; i < 20; i++) {
            user.suno().song("song " + i);
        }

        assertThat(good.suno().ids()).hasSize(20);
        assertThat(failing.suno().submissions()).as("it is asked seldom").hasSizeBetween(1, 5);
        assertThat(full.suno().submissions()).as("it has said when").hasSize(1);

        failing.suno().moods(() -> null);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            user.suno().song("perhaps");
            return !failing.suno().ids().isEmpty();
        });
        int before = good.suno().ids().size();
        user.suno().song("the first one again");
        assertThat(failing.suno().ids()).hasSize(2);
        assertThat(good.suno().ids()).hasSize(before);
        assertThat(full.suno().submissions()).hasSize(1);
    }

    @Test
    void whoFailsLatelyIsStillTheLastResort() {
        Channel only = desk.channel(9, 1);
        only.suno().refuseNext(Answer.of(503, "down"));
        User user = desk.user(1_000);
        assertThat(user.suno().submit("music", "{}").status()).isEqualTo(503);

        user.suno().song("at once again");

        assertThat(only.suno().ids()).hasSize(1);
        assertThat(desk.quota(user)).isEqualTo(1_000 - SunoDesk.PRICE);
    }
}

package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.call.Sender;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;
import org.taskcenter.upstream.Upstream;

/** Many channels that share few places for answers, with third parties that answer in any order. */
class ChannelRoundsTest {
    private static final int REQUESTS = 20;
    private static final int PLACES = 32;
    private static final Result NOTHING_NEW = new Answer(
            200,
            List.of(),
            "{\"code\":\"success\",\"data\":[]}".getBytes(StandardCharsets.UTF_8),
            false,
            Duration.ZERO);

    private record Asked(Consumer<Result> answer) {}

    private final List<Asked> underWay = new ArrayList<>();
    private final Map<String, Integer> polls = new HashMap<>();
    private final Suno suno = new Suno(Duration.ofSeconds(1));
    private int most;

    private final Sender sender = (Request request, Consumer<Result> done) -> {
        polls.merge(request.uri().getHost(), 1, Integer::sum);
        underWay.add(new Asked(done));
        most = Math.max(most, underWay.size());
        return () -> {};
    };

    private final Book book = new Book();
    private final ChannelRounds rounds = new ChannelRounds(
            null,
            sender,
            Runnable::run,
            new PollResults(null, null, null, null, null, book, Clock.systemUTC()),
            book,
            new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(1), System::nanoTime),
            Duration.ofSeconds(1),
            Clock.systemUTC(),
            new PollCounts());

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 17, 64})
    void eachChannelIsAskedAfterAllOfItsTasksInEveryRound(int channels) {
        Random order = new Random(channels);
        for (int turn = 1; turn <= 5; turn++) {
            List<ChannelRound> begun = new ArrayList<>();
            for (int channel = 0; channel < channels; channel++) {
                ChannelRound round = round(channel);
                begun.add(round);
                round.begin();
            }
            while (!underWay.isEmpty()) {
                underWay.remove(order.nextInt(underWay.size())).answer().accept(NOTHING_NEW);
            }
            assertThat(begun).allMatch(ChannelRound::isOver);
            for (int channel = 0; channel < channels; channel++) {
                assertThat(polls).containsEntry(server(channel), turn * REQUESTS);
            }
        }
        assertThat(most).isLessThanOrEqualTo(PLACES);
    }

    private ChannelRound round(int channel) {
        List<Open> due = new ArrayList<>();
        for (int task = 0; task < REQUESTS; task++) {
            due.add(new Open(task, "up-" + task, channel, 0, 0));
        }
        Upstream upstream = new Upstream(
                channel, "c", "suno", "http://" + server(channel), 0, 1, Map.of("song", 1L), 1, 24, true, false);
        return new ChannelRound(rounds, upstream, suno, "k", due, 1);
    }

    private static String server(int channel) {
        return "channel-" + channel + ".example";
    }
}

package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.StubTarget;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** How long a centre without settings waits for those who do not answer: for minutes, so that it does so beside other tests. */
@ExtendWith(ShowOutput.class)
@Execution(CONCURRENT)
class LongWaitsIT {
    /** How much later than its time something may be seen on a machine that has much to do. */
    private static final Duration LATE = Duration.ofSeconds(20);

    private static final Duration CALL = Duration.ofSeconds(60);
    private static final Duration SUBMISSION = Duration.ofSeconds(150);

    /** So many tasks pause that some soon have the second pause, and so many of these that chance does not matter. */
    private static final int PAUSING = 400;

    private static final int DRAWS = 50;

    private static Centre centre;

    @BeforeAll
    static void start() {
        centre = Centre.setup().start();
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    @Test
    void aCallHas60SecondsByDefault() {
        ManagerClient client = centre.manager(centre.admin().account("caller", "caller"));
        try (StubTarget target = StubTarget.start()) {
            target.hang("/silent");
            ObjectNode task = ManagerClient.task("caller", "1", "POST", target.uri("/silent"));
            client.add(task);

            JsonNode result = client.awaitEnd("caller", "1", CALL.plus(LATE)).path("result");

            assertThat(result.path("code").intValue()).as(result.toString()).isEqualTo(504);
            assertThat(target.requests("/silent")).hasSize(1);
            Reply tasks = centre.admin().send("GET", "/tasks?client=caller", null);
            JsonNode attempts = centre.admin()
                    .send("GET", "/tasks/" + tasks.at("/data/items/0/id").asText(), null)
                    .at("/data/attempts");
            assertThat(attempts).hasSize(1);
            assertThat(Duration.ofMillis(attempts.at("/0/took_ms").longValue())).isBetween(CALL, CALL.plus(LATE));
        }
    }

    /** Pauses are drawn from nothing up to their longest: the first 200 s here, the second twice that if it were not for the default. */
    @Test
    void aPauseIsAtMost300SecondsByDefault() {
        ManagerClient client = centre.manager(centre.admin().account("pausing", "pausing"));
        try (StubTarget target = StubTarget.start()) {
            target.on("/not-now", Answer.of(503, "not now"));
            List<ObjectNode> tasks = new ArrayList<>();
            for (int i = 0; i < PAUSING; i++) {
                ObjectNode task = ManagerClient.task("pausing", "" + i, "GET", target.uri("/not-now"));
                task.withObject("/task/retry").put("min_backoff", 200);
                tasks.add(task);
            }
            client.add(tasks);

            await().atMost(Duration.ofMinutes(3))
                    .until(() -> target.requests("/not-now").size() >= PAUSING + DRAWS);

            List<Duration> second = new ArrayList<>();
            for (JsonNode task : centre.admin()
                    .send("GET", "/tasks?client=pausing&limit=1000", null)
                    .at("/data/items")) {
                JsonNode attempts = centre.admin()
                        .send("GET", "/tasks/" + task.path("id").asText(), null)
                        .at("/data/attempts");
                if (attempts.size() == 2) {
                    second.add(Duration.between(
                            Instant.parse(attempts.at("/1/ended_at").asText()),
                            Instant.parse(attempts.at("/1/next_at").asText())));
                }
            }
            assertThat(second)
                    .hasSizeGreaterThan(DRAWS / 2)
                    .allMatch(pause -> pause.compareTo(Duration.ofSeconds(300)) <= 0)
                    .anyMatch(pause -> pause.compareTo(Duration.ofSeconds(200)) > 0);
        }
    }

    @Test
    void aSubmissionHas150SecondsByDefault() throws Exception {
        try (SunoStub silent = SunoStub.start()) {
            silent.moods(() -> Answer.of(200, "{}").when(new CompletableFuture<>()));
            ObjectNode channel = TaskClient.body()
                    .put("name", "silent")
                    .put("platform", "suno")
                    .put("base_url", silent.url())
                    .put("key", "k");
            channel.putObject("price").put("music", 1);
            Reply made = centre.admin().send("POST", "/channels", channel);
            assertThat(made.status()).as(made.toString()).isEqualTo(201);
            ObjectNode singer = TaskClient.body().put("name", "singer").put("quota", 1);
            String user = centre.admin()
                    .send("POST", "/accounts", singer)
                    .at("/data/token")
                    .asText();
            HttpRequest submission = HttpRequest.newBuilder(centre.uri("/suno/submit/music"))
                    .header("Authorization", "Bearer " + user)
                    .POST(BodyPublishers.ofString("{}"))
                    .build();
            CompletableFuture<HttpResponse<String>> answer =
                    HttpClient.newHttpClient().sendAsync(submission, BodyHandlers.ofString());
            await().atMost(LATE).until(() -> silent.submissions().size() == 1);
            long begun = System.nanoTime();

            await().atMost(SUBMISSION.plus(LATE)).until(answer::isDone);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(SUBMISSION.minus(LATE));
            JsonNode body = new ObjectMapper().readTree(answer.get().body());
            assertThat(body.path("code").asText()).as(body.toString()).isEqualTo("success");
            Reply task = new TaskClient(centre.baseUri(), user, "/suno")
                    .fetchOne(body.path("data").asText());
            assertThat(task.at("/data/status").asText()).as(task.toString()).isEqualTo("UNKNOWN");
            assertThat(silent.target().abandoned()).isOne();
            assertThat(silent.submissions()).hasSize(1);
        }
    }
}

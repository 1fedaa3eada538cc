package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** A centre in which two tasks may wait at most, and third parties have a second to answer. Each test leaves none waiting. */
class LimitsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final URI TARGET = URI.create("http://127.0.0.1:1/");
    private static final int PRICE = 100;
    private static Centre centre;

    @BeforeAll
    static void start() {
        centre = Centre.setup()
                .with("TASKCENTER_MAX_WAITING", "2")
                .with("TASKCENTER_POLL_INTERVAL", "0.3")
                .with("TASKCENTER_SUBMIT_TIMEOUT", "1")
                .start();
        centre.admin().pause("call");
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    @AfterEach
    void deleteChannels() {
        centre.admin()
                .send("GET", "/channels", null)
                .at("/data/items")
                .forEach(channel -> centre.admin()
                        .send("DELETE", "/channels/" + channel.path("id").asLong(), null));
    }

    @Test
    void callsAreRefusedUntilThereIsRoom() {
        ManagerClient client = centre.manager(centre.admin().account("acme", "acme"));
        await().atMost(PATIENCE)
                .until(() -> add(client, "1").path("status").textValue().equals("ack"));
        await().atMost(PATIENCE)
                .until(() -> add(client, "2").path("status").textValue().equals("ack"));

        JsonNode refused = add(client, "3");
        assertThat(refused.path("status").textValue()).isEqualTo("reject");
        assertThat(refused.path("code").intValue()).isEqualTo(429);
        assertThat(refused.path("message").textValue()).isNotBlank();

        client.cancel(ManagerClient.one("acme", "1"));
        await().atMost(PATIENCE)
                .until(() -> add(client, "3").path("status").textValue().equals("ack"));
        client.cancel(ManagerClient.one("acme", "2"));
        client.cancel(ManagerClient.one("acme", "3"));
    }

    private static JsonNode add(ManagerClient client, String id) {
        return client.add(ManagerClient.task("acme", id, "GET", TARGET)).at("/results/0");
    }

    @Test
    void tasksOfThirdPartiesAreRefusedUntilThereIsRoom() throws Exception {
        try (SunoStub suno = SunoStub.start()) {
            channel(suno);
            User user = user("singer");
            await().atMost(PATIENCE)
                    .until(() -> user.suno().submit("music", "{}").status() == 200);
            AtomicInteger accepted = new AtomicInteger(1);
            AtomicReference<HttpResponse<String>> last = new AtomicReference<>();
            // The limit holds about: what is being submitted at the moment of the count does not wait.
            await().atMost(PATIENCE).until(() -> {
                last.set(submit(user));
                if (last.get().statusCode() == 200) {
                    accepted.incrementAndGet();
                    return false;
                }
                return true;
            });

            HttpResponse<String> refused = last.get();
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isPositive();
            JsonNode body = new ObjectMapper().readTree(refused.body());
            assertThat(body.path("code").asText()).isEqualTo("too_many_tasks");
            assertThat(body.path("message").asText()).isNotBlank();
            assertThat(body.path("data").isNull()).isTrue();
            assertThat(suno.submissions()).hasSize(accepted.get());
            assertThat(user.paid()).isEqualTo((long) accepted.get() * PRICE);
            assertThat(user.ledgerRows()).isEqualTo(1 + accepted.get());

            suno.ids().forEach(id -> suno.say(id, "SUCCESS", "100%"));
            await().atMost(PATIENCE)
                    .until(() -> user.suno().submit("music", "{}").status() == 200);
            assertThat(user.paid()).isEqualTo((long) (accepted.get() + 1) * PRICE);
            assertThat(centre.output())
                    .as("nothing of the server's own")
                    .noneMatch(line -> line.contains(" WARN WELD"));
        }
    }

    @Test
    void aThirdPartyThatDoesNotAnswerInTimeMayHaveTakenIt() {
        try (SunoStub silent = SunoStub.start();
                SunoStub other = SunoStub.start()) {
            channel(silent);
            User user = user("patient");
            CompletableFuture<Void> late = new CompletableFuture<>();
            silent.moods(() ->
                    Answer.of(200, "{\"code\":\"success\",\"data\":\"late\"}").when(late));
            Reply[] reply = new Reply[1];
            await().atMost(PATIENCE).until(() -> {
                reply[0] = user.suno().submit("music", "{}");
                return reply[0].status() != 429;
            });
            channel(other);
            assertThat(reply[0].status()).as(reply[0].toString()).isEqualTo(200);
            assertThat(reply[0].at("/code").asText()).isEqualTo("success");
            String id = reply[0].at("/data").asText();
            JsonNode task = user.suno().fetchOne(id).at("/data");
            assertThat(task.path("status").asText()).isEqualTo("UNKNOWN");
            assertThat(task.path("task_id").asText()).isEqualTo(id);
            assertThat(task.path("finish_time").asLong()).isZero();
            assertThat(user.paid()).isEqualTo(PRICE);
            late.complete(null);

            // What comes after it goes elsewhere; itself does not.
            await().atMost(PATIENCE)
                    .until(() -> user.suno().submit("music", "{}").status() == 200);
            assertThat(silent.submissions()).hasSize(1);
            assertThat(other.submissions()).hasSize(1);
            deleteChannels();
            assertThat(user.paid()).isZero();
        }
    }

    /** An account with a client of its own. */
    private record User(long id, String token, TaskClient suno) {
        long paid() {
            return 100_000 - account("").at("/data/quota").asLong();
        }

        int ledgerRows() {
            return account("/ledger").at("/data/items").size();
        }

        private Reply account(String what) {
            return centre.admin().send("GET", "/accounts/" + id + what, null);
        }
    }

    private static User user(String name) {
        Reply made = centre.admin()
                .send("POST", "/accounts", TaskClient.body().put("name", name).put("quota", 100_000));
        String token = made.at("/data/token").asText();
        return new User(made.at("/data/id").asLong(), token, new TaskClient(centre.baseUri(), token, "/suno"));
    }

    private static void channel(SunoStub stub) {
        ObjectNode body = TaskClient.body()
                .put("name", stub.url())
                .put("platform", "suno")
                .put("base_url", stub.url())
                .put("key", "k");
        body.putObject("price").put("music", PRICE);
        assertThat(centre.admin().send("POST", "/channels", body).status()).isEqualTo(201);
    }

    private static HttpResponse<String> submit(User user) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(centre.uri("/suno/submit/music"))
                .header("Authorization", "Bearer " + user.token())
                .POST(BodyPublishers.ofString("{}"))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}

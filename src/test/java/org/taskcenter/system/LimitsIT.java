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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
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

    @Test
    void callsAreRefusedUntilThereIsRoom() {
        ManagerClient client = centre.manager(centre.admin().account("acme", "acme"));
        await().until(() -> add(client, "1").path("status").textValue().equals("ack"));
        assertThat(add(client, "2").path("status").textValue()).isEqualTo("ack");

        JsonNode refused = add(client, "3");
        assertThat(refused.path("status").textValue()).isEqualTo("reject");
        assertThat(refused.path("code").intValue()).isEqualTo(429);
        assertThat(refused.path("message").textValue()).isNotBlank();

        client.cancel(ManagerClient.one("acme", "1"));
        await().until(() -> add(client, "3").path("status").textValue().equals("ack"));
        client.cancel(ManagerClient.one("acme", "2"));
        client.cancel(ManagerClient.one("acme", "3"));
    }

    private static JsonNode add(ManagerClient client, String id) {
        return client.add(ManagerClient.task("acme", id, "GET", TARGET)).at("/results/0");
    }

    @Test
    void tasksOfThirdPartiesAreRefusedUntilThereIsRoom() throws Exception {
        try (SunoStub suno = SunoStub.start()) {
            long channel = channel(suno);
            User user = user("singer");
            await().until(() -> user.suno().submit("music", "{}").status() == 200);
            user.suno().song("the second");

            HttpResponse<String> refused = submit(user);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isPositive();
            JsonNode body = new ObjectMapper().readTree(refused.body());
            assertThat(body.path("code").asText()).isEqualTo("too_many_tasks");
            assertThat(body.path("message").asText()).isNotBlank();
            assertThat(body.path("data").isNull()).isTrue();
            assertThat(suno.submissions()).hasSize(2);
            assertThat(user.paid()).isEqualTo(2 * PRICE);
            assertThat(user.ledgerRows()).isEqualTo(3);

            suno.say(suno.ids().get(0), "SUCCESS", "100%");
            await().until(() -> user.suno().submit("music", "{}").status() == 200);
            assertThat(user.paid()).isEqualTo(3 * PRICE);
            centre.admin().send("DELETE", "/channels/" + channel, null);
        }
    }

    @Test
    void aThirdPartyThatDoesNotAnswerInTimeMayHaveTakenIt() {
        try (SunoStub silent = SunoStub.start();
                SunoStub other = SunoStub.start()) {
            long first = channel(silent);
            User user = user("patient");
            CompletableFuture<Void> late = new CompletableFuture<>();
            silent.moods(() ->
                    Answer.of(200, "{\"code\":\"success\",\"data\":\"late\"}").when(late));
            Reply[] reply = new Reply[1];
            await().until(() -> {
                reply[0] = user.suno().submit("music", "{}");
                return reply[0].status() != 429;
            });
            long second = channel(other);
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
            user.suno().song("the next one");
            assertThat(silent.submissions()).hasSize(1);
            assertThat(other.submissions()).hasSize(1);
            centre.admin().send("DELETE", "/channels/" + first, null);
            centre.admin().send("DELETE", "/channels/" + second, null);
            assertThat(user.paid()).isZero();
        }
    }

    /** An account with a client of its own. */
    private record User(long id, String token, TaskClient suno) {
        long paid() {
            return 1_000 - account("").at("/data/quota").asLong();
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
                .send("POST", "/accounts", TaskClient.body().put("name", name).put("quota", 1_000));
        String token = made.at("/data/token").asText();
        return new User(made.at("/data/id").asLong(), token, new TaskClient(centre.baseUri(), token, "/suno"));
    }

    private static long channel(SunoStub stub) {
        ObjectNode body = TaskClient.body()
                .put("name", stub.url())
                .put("platform", "suno")
                .put("base_url", stub.url())
                .put("key", "k");
        body.putObject("price").put("music", PRICE);
        return centre.admin().send("POST", "/channels", body).at("/data/id").asLong();
    }

    private static HttpResponse<String> submit(User user) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(centre.uri("/suno/submit/music"))
                .header("Authorization", "Bearer " + user.token())
                .POST(BodyPublishers.ofString("{}"))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}

package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.platform.SunoDesk.PRICE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.standardwebhooks.Webhook;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.taskcenter.platform.SunoDesk.User;
import org.taskcenter.testing.Received;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.StubTarget;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** What third parties say of a task is asked for, shown, and told to its account in the end. */
class ProgressIT {
    @AutoClose
    private final SunoDesk desk = SunoDesk.quick();

    @Test
    void aSongIsSubmittedAskedAfterAndDone() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(1_000);
        Reply reply = user.suno()
                .submit("MuSiC", TaskClient.body().put("prompt", "sea").put("of_tomorrow", 7));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.at("/code").asText()).isEqualTo("success");
        assertThat(reply.at("/message").asText()).isEmpty();
        String id = reply.at("/data").asText();
        assertThat(id).matches("task_[0-9A-Za-z]{32}");
        assertThat(desk.quota(user)).isEqualTo(1_000 - PRICE);
        ObjectNode sent = suno.submissions().get(0);
        assertThat(sent.get("_action").asText()).isEqualTo("MUSIC");
        assertThat(sent.get("_key").asText()).isEqualTo("Bearer sk-upstream");
        assertThat(sent.get("of_tomorrow").asInt()).isEqualTo(7);

        String upstream = suno.ids().get(0);
        suno.say(upstream, "IN_PROGRESS", "37%");
        JsonNode task = user.suno().await(id, "IN_PROGRESS");
        assertThat(task.path("progress").asText()).isEqualTo("37%");
        assertThat(task.path("start_time").asLong())
                .as("ours, where it gives none")
                .isPositive();
        assertThat(task.path("action").asText()).isEqualTo("MUSIC");
        assertThat(task.path("finish_time").asLong()).isZero();
        assertThat(task.path("data").toString()).isEqualTo("{}");

        ObjectNode done = TaskClient.body()
                .put("status", "SUCCESS")
                .put("progress", "99%")
                .put("start_time", 1_640_908_900)
                .put("finish_time", 1_640_909_000);
        done.putArray("data").addObject().put("audio_url", "https://example.org/sea.mp3");
        suno.say(upstream, done);
        task = user.suno().await(id, "SUCCESS");
        assertThat(task.path("progress").asText()).isEqualTo("100%");
        assertThat(task.path("start_time").asLong()).isEqualTo(1_640_908_900);
        assertThat(task.path("finish_time").asLong()).isEqualTo(1_640_909_000);
        assertThat(task.at("/data/0/audio_url").asText()).isEqualTo("https://example.org/sea.mp3");
        assertThat(user.suno().fetch("task_unknown", id, id).at("/data").size()).isEqualTo(1);
        assertThat(suno.target().requests("/suno/fetch")).isNotEmpty().allSatisfy(poll -> {
            assertThat(poll.method()).isEqualTo("POST");
            assertThat(poll.header("Authorization")).contains("Bearer sk-upstream");
            assertThat(poll.body()).isEqualTo("{\"ids\":[\"" + upstream + "\"]}");
        });
        assertThat(desk.quota(user)).isEqualTo(1_000 - PRICE);
        assertThat(desk.used(user)).isEqualTo(100);
    }

    @Test
    void aWordThatIsNoneOfOursIsUnknownAndAskedAfterAgain() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(100);
        String id = user.suno().song("odd");
        suno.say(suno.ids().get(0), "DANCING", "8");
        JsonNode task = user.suno().await(id, "UNKNOWN");
        assertThat(task.path("progress").asText()).isEqualTo("8%");
        assertThat(task.path("finish_time").asLong()).isZero();
        suno.say(suno.ids().get(0), "QUEUED", "9%");
        user.suno().await(id, "QUEUED");
        // What is told is read from the store alone.
        suno.close();
        assertThat(user.suno().fetchOne(id).at("/data/status").asText()).isEqualTo("QUEUED");
        assertThat(user.suno().fetch(id).at("/data/0/progress").asText()).isEqualTo("9%");
    }

    @Test
    void longDataIsShownWhole() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(200);
        String shortOne = user.suno().song("short");
        String longOne = user.suno().song("long");
        ObjectNode done = TaskClient.body().put("status", "SUCCESS");
        done.putArray("data").add("short");
        suno.say(suno.ids().get(0), done);
        String text = "\u00e4\"\\\n".repeat(100_000);
        ObjectNode muchDone = TaskClient.body().put("status", "SUCCESS");
        muchDone.putArray("data").add(text);
        suno.say(suno.ids().get(1), muchDone);
        user.suno().await(shortOne, "SUCCESS");
        assertThat(user.suno().await(longOne, "SUCCESS").at("/data/0").asText()).isEqualTo(text);

        JsonNode both = user.suno().fetch(longOne, shortOne).at("/data");
        assertThat(both.at("/0/data/0").asText()).isEqualTo(text);
        assertThat(both.at("/1/data/0").asText()).isEqualTo("short");
        JsonNode listed = user.list("").path("items");
        assertThat(listed.at("/0/data/0").asText()).isEqualTo(text);
        assertThat(listed.at("/1/data/0").asText()).isEqualTo("short");
    }

    @Test
    void theEndIsPushedToTheAccount() throws Exception {
        SunoStub suno = desk.channel(1).suno();
        try (StubTarget receiver = StubTarget.start()) {
            ObjectNode account = TaskClient.body()
                    .put("name", SunoDesk.unique("pushed"))
                    .put("quota", 200)
                    .put("return_url", receiver.uri("/here").toString());
            Reply made = desk.admin.send("POST", "/accounts", account);
            TaskClient client =
                    new TaskClient(desk.centre.baseUri(), made.at("/data/token").asText(), "/suno");
            String id = client.song("told");
            suno.say(suno.ids().get(0), "SUCCESS", "100%");
            await().until(() -> !receiver.requests().isEmpty());
            Received push = receiver.requests().get(0);
            JsonNode told = new ObjectMapper().readTree(push.body());
            assertThat(told.at("/code").asText()).isEqualTo("success");
            assertThat(told.at("/data/task_id").asText()).isEqualTo(id);
            assertThat(told.at("/data/status").asText()).isEqualTo("SUCCESS");
            assertThat(told.at("/data/platform").asText()).isEqualTo("suno");

            String failed = client.song("lost");
            suno.say(
                    suno.ids().get(1),
                    TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));
            await().until(() -> receiver.requests().size() == 2);
            JsonNode loss =
                    new ObjectMapper().readTree(receiver.requests().get(1).body());
            assertThat(loss.at("/data/task_id").asText()).isEqualTo(failed);
            assertThat(loss.at("/data/status").asText()).isEqualTo("FAILURE");
            assertThat(loss.at("/data/fail_reason").asText()).isEqualTo("no luck");
            new Webhook(made.at("/data/webhook_secret").asText())
                    .verify(
                            push.body(),
                            HttpHeaders.of(
                                    push.headers().entrySet().stream()
                                            .collect(Collectors.toMap(
                                                    Map.Entry::getKey, header -> List.of(header.getValue()))),
                                    (name, value) -> true));
        }
    }
}

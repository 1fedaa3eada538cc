package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.platform.SunoDesk.Channel;
import org.taskcenter.platform.SunoDesk.User;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.TaskClient;

/** How a submission may be written, what is passed on of it, and how it ends without an upstream; against the packaged program. */
class SubmitFormsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AutoClose
    private final SunoDesk desk = new SunoDesk();

    private Reply post(String path, String authorization, String contentType, String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(desk.centre.uri(path)).POST(BodyPublishers.ofString(body));
        request.header("Content-Type", contentType);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
        return new Reply(answer.statusCode(), JSON.readTree(answer.body()));
    }

    @Test
    void allThatIsAskedForIsPassedOn() throws Exception {
        Channel channel = desk.channel(1, 1);
        JsonNode body = JSON.readTree("""
                {"gpt_description_prompt":"the sea","prompt":"[Verse]\\nwaves","mv":"chirp-v4","title":"海","tags":"calm",
                 "continue_at":12.5,"task_id":"theirs","make_instrumental":true,"of_tomorrow":{"a":[1,null]}}""");

        Reply reply = desk.user(1_000).suno().submit("music", body.toString());

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        ObjectNode sent = channel.suno().submissions().get(0).deepCopy();
        assertThat(sent.remove("_action").asText()).isEqualTo("MUSIC");
        sent.remove(List.of("_id", "_key"));
        assertThat(sent).isEqualTo(body);
        assertThat(channel.suno().target().requests("/suno/submit/MUSIC"))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.method()).isEqualTo("POST");
                    assertThat(request.header("Authorization")).contains("Bearer sk-upstream");
                });
        assertThat(desk.listed(reply.at("/data").asText())
                        .at("/properties/input")
                        .asText())
                .isEqualTo("the sea");
    }

    @Test
    void lyricsGoToTheirOwnPlace() {
        Channel channel = desk.channel(1, 1);

        Reply reply = desk.user(10).suno().submit("LyRiCs", "{\"prompt\":\"a rhyme\"}");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(channel.suno().target().requests())
                .singleElement()
                .satisfies(request -> assertThat(request.path()).isEqualTo("/suno/submit/LYRICS"));
        assertThat(desk.listed(reply.at("/data").asText()).path("action").asText())
                .isEqualTo("lyrics");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/x-www-form-urlencoded", "text/plain; charset=ISO-8859-1", "multipart/form-data"})
    void aBodyIsJsonWhateverItsType(String type) throws Exception {
        Channel channel = desk.channel(1, 1);
        User user = desk.user(1_000);
        for (String path : List.of("/suno", "/platform/suno")) {
            Reply reply = post(path + "/submit/music", "Bearer " + user.token(), type, "{\"prompt\":\"日本\"}");
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            String id = reply.at("/data").asText();
            Reply fetched =
                    post(path + "/fetch", "Bearer " + user.token(), type, "{\"ids\":[\"" + id + "\",\"no\",null]}");
            assertThat(fetched.at("/data/0/task_id").asText()).isEqualTo(id);
            assertThat(fetched.at("/data").size()).isOne();
        }
        assertThat(channel.suno().submissions())
                .extracting(sent -> sent.path("prompt").asText())
                .containsExactly("日本", "日本");
    }

    @Test
    void theTokenAloneIsAsked() throws Exception {
        desk.channel(1, 1);
        User user = desk.user(1_000);
        for (String path : List.of("/suno", "/platform/suno")) {
            Reply bare = post(path + "/submit/music", user.token(), "application/json", "{}");
            assertThat(bare.status()).as("without the word Bearer: " + bare).isEqualTo(200);
            for (String rest : List.of("/submit/music", "/fetch")) {
                for (String wrong : new String[] {null, "Bearer sk-wrong", "sk-wrong"}) {
                    Reply reply = post(path + rest, wrong, "application/json", "{}");
                    assertThat(reply.status()).as(path + rest + " " + wrong).isEqualTo(401);
                    assertThat(reply.at("/code").asText()).isEqualTo("unauthorized");
                    assertThat(reply.at("/data").isNull()).isTrue();
                }
            }
        }
        desk.admin.send("PATCH", "/accounts/" + user.id(), TaskClient.body().put("enabled", false));
        for (String path : List.of("/suno/fetch", "/platform/suno/submit/music")) {
            Reply reply = post(path, "Bearer " + user.token(), "application/json", "{}");
            assertThat(reply.status()).as(path).isEqualTo(403);
            assertThat(reply.at("/code").asText()).isEqualTo("forbidden");
        }
    }

    @Test
    void anAbsentPromptIsNone() {
        User user = desk.user(10);
        for (String body : List.of("{\"prompt\":null}", "{\"prompt\":\"\"}", "{\"prompt\":\" \"}")) {
            Reply reply = user.suno().submit("lyrics", body);
            assertThat(reply.status()).as(body).isEqualTo(400);
            assertThat(reply.at("/code").asText()).isEqualTo("prompt_empty");
        }
    }

    @Test
    void aTaskIsShownWithAllItsFields() {
        desk.channel(1, 1);
        User user = desk.user(1_000);
        String id = user.suno().song("fresh");

        JsonNode task = user.suno().fetchOne(id).at("/data");

        assertThat(task.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "task_id",
                        "action",
                        "status",
                        "fail_reason",
                        "submit_time",
                        "start_time",
                        "finish_time",
                        "progress",
                        "data");
        assertThat(task.path("status").asText()).isEqualTo("SUBMITTED");
        assertThat(task.path("progress").asText()).isEqualTo("0%");
        assertThat(task.path("submit_time").isIntegralNumber()).isTrue();
        assertThat(task.path("start_time").asInt(-1)).isZero();
        assertThat(task.path("finish_time").asInt(-1)).isZero();
        assertThat(task.path("data").toString()).isEqualTo("{}");
        assertThat(user.suno().fetch(id).at("/data/0")).isEqualTo(task);
        for (String none : List.of("{}", "{\"ids\":null}", "{\"ids\":[]}", "{\"ids\":[\"\",null]}")) {
            Reply reply = user.suno().send("POST", "/suno/fetch", none);
            assertThat(reply.status()).as(none).isEqualTo(200);
            assertThat(reply.at("/data").toString()).as(none).isEqualTo("[]");
        }
    }

    @Test
    void whatIsCancelledBeforeItsSubmissionIsGivenBack() {
        Channel channel = desk.channel(1, 1);
        User user = desk.user(1_000);
        desk.admin.pause("platform");
        try {
            CompletableFuture<Reply> answer =
                    CompletableFuture.supplyAsync(() -> user.suno().submit("music", "{}"));
            String task = "/tasks/" + awaitNumberOf(user);
            assertThat(desk.quota(user)).as("charged before anybody is called").isEqualTo(1_000 - SunoDesk.PRICE);

            assertThat(desk.admin.send("POST", task + "/cancel", null).status()).isEqualTo(200);

            assertThat(answer.join().status()).as(answer.join().toString()).isEqualTo(410);
            assertThat(answer.join().at("/code").asText()).isEqualTo("task_cancelled");
            assertThat(answer.join().at("/message").asText()).isEqualTo("Cancelled");
            assertThat(desk.quota(user)).isEqualTo(1_000);
            assertThat(desk.used(user)).isZero();
            assertThat(user.list("").at("/items/0/status").asText()).isEqualTo("FAILURE");
            assertThat(user.list("").at("/items/0/finish_time").asLong()).isPositive();
        } finally {
            desk.admin.pause();
        }
        assertThat(channel.suno().submissions()).isEmpty();
    }

    /** The centre's number of the one task of this account, as soon as there is one. */
    private long awaitNumberOf(User user) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> user.list("").path("total").asInt() == 1);
        return user.list("").at("/items/0/id").asLong();
    }

    @Test
    void whatIsOpenAtADeletedChannelFailsAndIsGivenBack() {
        Channel channel = desk.channel(1, 1);
        User user = desk.user(1_000);
        String one = user.suno().song("one");
        String other = user.suno().song("other");
        assertThat(desk.quota(user)).isEqualTo(1_000 - 2 * SunoDesk.PRICE);

        desk.admin.send("DELETE", "/channels/" + channel.id(), null);

        for (String id : List.of(one, other)) {
            JsonNode task = user.suno().await(id, "FAILURE");
            assertThat(task.path("fail_reason").asText()).isNotBlank();
            assertThat(task.path("finish_time").asLong()).isPositive();
            assertThat(task.path("progress").asText()).isEqualTo("100%");
        }
        assertThat(desk.quota(user)).isEqualTo(1_000);
        assertThat(desk.used(user)).isZero();
        assertThat(user.suno().submit("music", "{}").at("/code").asText()).isEqualTo("get_channel_failed");
    }
}

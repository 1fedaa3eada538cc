package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.platform.SunoDesk.assertError;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.taskcenter.platform.SunoDesk.User;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** What a submission may be and what it is answered, who may not submit, and whose its task is. */
class SubmitIT {
    @AutoClose
    private final SunoDesk desk = SunoDesk.quick();

    @Test
    void theAnswerComesWhenAChannelHasTakenIt() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(1_000);
        CompletableFuture<Void> release = new CompletableFuture<>();
        suno.refuseNext(
                Answer.of(200, "{\"code\":\"success\",\"data\":\"late-1\"}").when(release));
        CompletableFuture<Reply> answer =
                CompletableFuture.supplyAsync(() -> user.suno().submit("lyrics", "{\"prompt\":\"p\"}"));
        await().until(() -> suno.submissions().size() == 1);
        assertThat(answer).isNotDone();
        assertThat(desk.quota(user)).isEqualTo(990);
        release.complete(null);
        assertThat(answer.join().status()).isEqualTo(200);
        String id = answer.join().at("/data").asText();
        assertThat(user.suno().fetchOne(id).at("/data/action").asText()).isEqualTo("LYRICS");
    }

    @Test
    void aClipIsContinuedWhereItIs() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(1_000);
        String first = user.suno().song("first");
        SunoStub better = desk.channel(9).suno();
        Reply more = user.suno()
                .submit(
                        "music",
                        TaskClient.body()
                                .put("continue_clip_id", "clip-1")
                                .put("task_id", first)
                                .put("continue_at", 60));
        assertThat(more.status()).as(more.toString()).isEqualTo(200);
        assertThat(better.submissions()).isEmpty();
        assertThat(suno.submissions().get(1).get("task_id").asText())
                .isEqualTo(suno.ids().get(0));
    }

    @Test
    void whatTheServerRefusesHasTheSameShape() {
        User user = desk.user(1);
        for (String path : List.of("/suno", "/platform/suno")) {
            assertError(user.suno().list(path + "/submit/music", user.id()), 405, "method_not_allowed");
            assertError(user.suno().list(path + "/nowhere/at/all", user.id()), 404, "not_found");
        }
    }

    @Test
    void whatIsWrongIsRefusedInThisOrder() {
        User user = desk.user(5);
        assertError(user.suno().submit("dance", "{"), 400, "invalid_request");
        assertError(user.suno().submit("dance", "[]"), 400, "invalid_request");
        assertError(user.suno().submit("dance", "{\"tags\":[\"\\ud800\"]}"), 400, "invalid_request");
        assertError(user.suno().submit("dance", "{}"), 400, "invalid_action");
        assertError(user.suno().submit("lyrics", "{}"), 400, "prompt_empty");
        assertError(user.suno().submit("music", "{\"continue_clip_id\":\"c\"}"), 400, "task_not_exist");
        assertError(user.suno().submit("music", "{}"), 503, "get_channel_failed");
        SunoStub suno = desk.channel(1).suno();
        assertError(user.suno().submit("music", "{}"), 403, "quota_not_enough");
        assertThat(suno.submissions()).isEmpty();
        assertThat(desk.quota(user)).isEqualTo(5);
        assertThat(user.list("").at("/total").asLong()).isZero();
        assertError(user.suno().fetchOne("task_unknown"), 400, "task_not_exist");
        assertThat(user.suno().fetch().at("/data").toString()).isEqualTo("[]");
        assertError(user.suno().send("GET", "/platform/nowhere/fetch/1", null), 404, "platform_not_exist");
        assertError(new TaskClient(desk.centre.baseUri(), null, "/suno").submit("music", "{"), 401, "unauthorized");
        assertError(new TaskClient(desk.centre.baseUri(), "sk-wrong", "/suno").fetchOne("x"), 401, "unauthorized");
    }

    @Test
    void whoMayNotIsForbidden() {
        User user = desk.user(100);
        Reply made = desk.admin.send(
                "POST",
                "/accounts/" + user.id() + "/tokens",
                TaskClient.body()
                        .put("name", "for calls")
                        .set("scopes", TaskClient.body().arrayNode().add("manager")));
        TaskClient other =
                new TaskClient(desk.centre.baseUri(), made.at("/data/token").asText(), "/suno");
        assertError(other.submit("music", "{}"), 403, "forbidden");
        assertError(other.fetch("x"), 403, "forbidden");
        assertError(other.fetchOne("x"), 403, "forbidden");
        desk.admin.send("PATCH", "/accounts/" + user.id(), TaskClient.body().put("enabled", false));
        assertError(user.suno().submit("music", "{}"), 403, "forbidden");
        assertError(user.suno().fetchOne("x"), 403, "forbidden");
    }

    @Test
    void anotherAccountsTaskIsNotThere() {
        SunoStub suno = desk.channel(1).suno();
        User ann = desk.user(100);
        String id = ann.suno().song("mine");
        User bob = desk.user(100);
        assertError(bob.suno().fetchOne(id), 400, "task_not_exist");
        assertThat(bob.suno().fetch(id).at("/data").size()).isZero();
        assertError(
                bob.suno()
                        .submit(
                                "music",
                                TaskClient.body().put("continue_clip_id", "c").put("task_id", id)),
                400,
                "task_not_exist");
    }

    @Test
    void anAccountIsNotDeletedWhileAThirdPartyWorksForIt() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(100);
        String id = user.suno().song("still open");
        assertThat(desk.admin.send("DELETE", "/accounts/" + user.id(), null).status())
                .isEqualTo(409);
        suno.say(suno.ids().get(0), "SUCCESS", "100%");
        user.suno().await(id, "SUCCESS");
        assertThat(desk.admin.send("DELETE", "/accounts/" + user.id(), null).status())
                .isEqualTo(200);
        assertThat(user.suno().fetchOne(id).status()).isEqualTo(401);
    }
}

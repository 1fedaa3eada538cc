package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.platform.SunoDesk.PRICE;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.taskcenter.platform.SunoDesk.Channel;
import org.taskcenter.platform.SunoDesk.User;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** What has failed at a third party is submitted again, there or elsewhere, by itself or when an operator says so. */
class ResubmissionsIT {
    @AutoClose
    private final SunoDesk desk = SunoDesk.quick();

    @Test
    void whatFailsThereIsSubmittedOnceMore() {
        SunoStub suno = desk.resubmitting(1).suno();
        User user = desk.user(1_000);
        String id = user.suno().song("unlucky");
        assertThat(desk.listed(id).path("upstream_task_id").asText())
                .isEqualTo(suno.ids().get(0));
        desk.admin.pause("platform");
        try {
            suno.say(
                    suno.ids().get(0),
                    TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));
            assertThat(user.suno().await(id, "NOT_START").path("finish_time").asLong())
                    .isZero();
        } finally {
            desk.admin.pause();
        }
        user.suno().await(id, task -> suno.ids().size() == 2);
        assertThat(desk.quota(user)).isEqualTo(1_000 - PRICE);
        await().until(() -> desk.listed(id)
                .path("upstream_task_id")
                .asText()
                .equals(suno.ids().get(1)));
        suno.say(suno.ids().get(1), TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck again"));
        JsonNode task = user.suno().await(id, "FAILURE");
        assertThat(task.path("fail_reason").asText()).isEqualTo("no luck again");
        assertThat(task.path("finish_time").asLong()).isPositive();
        assertThat(task.path("progress").asText()).isEqualTo("100%");
        assertThat(desk.quota(user)).isEqualTo(1_000);
        assertThat(suno.submissions()).hasSize(2);
    }

    @Test
    void whatFailsThereIsSubmittedElsewhere() {
        SunoStub unlucky = desk.resubmitting(9).suno();
        Channel second = desk.resubmitting(1);
        SunoStub lucky = second.suno();
        User user = desk.user(1_000);
        String id = user.suno().song("passed on");
        String theirs = unlucky.ids().get(0);
        unlucky.say(theirs, TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));

        await().until(() -> lucky.ids().size() == 1);

        lucky.say(lucky.ids().get(0), "SUCCESS", "100%");
        JsonNode task = user.suno().await(id, "SUCCESS");
        assertThat(task.path("fail_reason").asText()).isEmpty();
        assertThat(unlucky.submissions()).hasSize(1);
        assertThat(desk.quota(user)).isEqualTo(1_000 - PRICE);
        JsonNode listed = desk.listed(id);
        assertThat(listed.path("channel_id").asLong()).isEqualTo(second.id());
        assertThat(listed.path("upstream_task_id").asText())
                .isEqualTo(lucky.ids().get(0));
    }

    @Test
    void aRetryIsChargedAnewAndGivenBackOnce() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(150);
        String id = user.suno().song("try again");
        String retry = "/tasks/" + user.list("").at("/items/0/id").asText() + "/retry";
        assertThat(desk.admin.send("POST", retry, null).status())
                .as("while it is open")
                .isEqualTo(409);
        suno.say(suno.ids().get(0), TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck"));
        user.suno().await(id, "FAILURE");

        Reply again = desk.admin.send("POST", retry, null);
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThat(again.at("/data/generation").asInt()).isEqualTo(2);
        JsonNode task = user.suno().await(id, "SUBMITTED");
        assertThat(task.path("fail_reason").asText()).isEmpty();
        assertThat(task.path("progress").asText()).isEqualTo("0%");
        assertThat(task.path("finish_time").asLong()).isZero();
        assertThat(suno.ids()).hasSize(2);
        assertThat(desk.quota(user)).isEqualTo(50);
        suno.say(suno.ids().get(1), TaskClient.body().put("status", "FAILURE").put("fail_reason", "no luck again"));
        user.suno().await(id, "FAILURE");
        assertThat(desk.quota(user)).isEqualTo(150);

        String quota = "/accounts/" + user.id() + "/quota";
        desk.admin.send("POST", quota, TaskClient.body().put("amount", -60));
        assertThat(desk.admin.send("POST", retry, null).status())
                .as("with too little quota")
                .isEqualTo(409);
        assertThat(user.list("status=FAILURE").at("/total").asInt()).isEqualTo(1);
        desk.admin.send("POST", quota, TaskClient.body().put("amount", 60));
        assertThat(desk.admin.send("POST", retry, null).status()).isEqualTo(200);
        user.suno().await(id, "SUBMITTED");
        suno.say(suno.ids().get(2), "SUCCESS", "100%");
        user.suno().await(id, "SUCCESS");
        assertThat(suno.submissions()).hasSize(3);
        JsonNode ledger = desk.ledger(user);
        assertThat(ledger.findValuesAsText("amount"))
                .containsExactly("-100", "60", "-60", "100", "-100", "100", "-100", "150");
        assertThat(desk.used(user)).isEqualTo(100);
    }
}

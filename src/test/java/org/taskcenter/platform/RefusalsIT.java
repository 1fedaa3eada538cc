package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.platform.SunoDesk.PRICE;
import static org.taskcenter.platform.SunoDesk.assertError;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.taskcenter.platform.SunoDesk.Channel;
import org.taskcenter.platform.SunoDesk.User;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** What comes of a submission that third parties refuse, do not hear, or answer in a way that nobody can read. */
class RefusalsIT {
    @AutoClose
    private final SunoDesk desk = SunoDesk.quick();

    @Test
    void aRefusalGoesToTheNextChannel() {
        SunoStub full = desk.channel(9).suno();
        desk.unreachable(8);
        SunoStub broken = desk.channel(7).suno();
        Channel cheap = desk.channel(6);
        SunoStub good = cheap.suno();
        ObjectNode cheaper = TaskClient.body();
        cheaper.putObject("price").put("music", 70);
        assertThat(desk.admin.send("PATCH", "/channels/" + cheap.id(), cheaper).status())
                .isEqualTo(200);
        full.refuseNext(Answer.of(429, "{\"code\":\"busy\"}"));
        broken.refuseNext(Answer.of(503, "down"));
        User user = desk.user(1_000);
        String id = user.suno().song("wanderer");
        assertThat(good.ids()).hasSize(1);
        assertThat(full.submissions()).hasSize(1);
        assertThat(broken.submissions()).hasSize(1);
        good.say(good.ids().get(0), "QUEUED", null);
        user.suno().await(id, "QUEUED");
        assertThat(desk.quota(user))
                .as("at the price of the one that was chosen first")
                .isEqualTo(1_000 - PRICE);
    }

    @Test
    void whatAllRefuseIsRefundedAndStaysInTheList() {
        SunoStub full = desk.channel(9).suno();
        full.refuseNext(Answer.of(429, "{\"code\":\"busy\",\"message\":\"come back\"}"));
        User user = desk.user(1_000);
        Reply reply = user.suno().submit("music", "{}");
        assertError(reply, 429, "busy");
        assertThat(reply.at("/message").asText()).isEqualTo("come back");
        assertThat(desk.quota(user)).isEqualTo(1_000);
        assertThat(desk.used(user)).isZero();
        JsonNode list = user.list("");
        assertThat(list.at("/total").asLong()).isEqualTo(1);
        assertThat(list.at("/items/0/status").asText()).isEqualTo("FAILURE");
        assertThat(list.at("/items/0/fail_reason").asText()).isEqualTo("come back");
        assertThat(list.at("/items/0/quota").asLong()).as("what was charged").isEqualTo(100);
        JsonNode ledger = desk.ledger(user);
        assertThat(ledger.get(0).path("amount").asLong()).isEqualTo(100);
        assertThat(ledger.get(1).path("amount").asLong()).isEqualTo(-100);
    }

    @Test
    void whoIsOutOfReachIsABadGateway() {
        desk.unreachable(1);
        User user = desk.user(1_000);
        assertError(user.suno().submit("music", "{}"), 502, "do_request_failed");
        assertThat(desk.quota(user)).isEqualTo(1_000);
    }

    @Test
    void aRefusalOfTheRequestItselfIsPassedOn() {
        SunoStub suno = desk.channel(2).suno();
        SunoStub other = desk.channel(1).suno();
        User user = desk.user(1_000);
        suno.refuseNext(Answer.of(422, "{\"code\":\"bad_tags\",\"message\":\"no such tags\"}"));
        assertError(user.suno().submit("music", "{}"), 422, "bad_tags");
        suno.refuseNext(Answer.of(400, "what?"));
        assertError(user.suno().submit("music", "{}"), 400, "fail_to_fetch_task");
        suno.refuseNext(Answer.of(200, "{\"code\":\"moderated\",\"message\":\"no\"}"));
        assertError(user.suno().submit("music", "{}"), 500, "moderated");
        assertThat(other.submissions()).isEmpty();
        assertThat(desk.quota(user)).isEqualTo(1_000);
    }

    @Test
    void anAnswerThatCannotBeReadMayHaveBeenATask() {
        Channel channel = desk.channel(2);
        SunoStub suno = channel.suno();
        SunoStub other = desk.channel(1).suno();
        User user = desk.user(1_000);
        suno.refuseNext(Answer.of(200, "{").then(Answer.Then.RESET).claiming(50));
        String first = user.suno().song("cut off");
        suno.refuseNext(Answer.of(200, "<html>"));
        String second = user.suno().song("no JSON");
        assertThat(user.suno().fetchOne(first).at("/data/status").asText()).isEqualTo("UNKNOWN");
        assertThat(user.suno().fetchOne(second).at("/data/status").asText()).isEqualTo("UNKNOWN");
        assertThat(other.submissions()).isEmpty();
        assertThat(desk.quota(user)).isEqualTo(1_000 - 2 * PRICE);
        // Deleting the channel settles them.
        desk.admin.send("DELETE", "/channels/" + channel.id(), null);
        assertThat(user.suno().fetchOne(first).at("/data/status").asText()).isEqualTo("FAILURE");
        assertThat(desk.quota(user)).isEqualTo(1_000);
    }

    @Test
    void anAdministratorCancelsWhatIsUnknown() {
        SunoStub suno = desk.channel(1).suno();
        User user = desk.user(1_000);
        suno.refuseNext(Answer.of(200, "<html>"));
        String id = user.suno().song("nobody knows");
        assertThat(desk.quota(user)).isEqualTo(1_000 - PRICE);
        String task = "/tasks/"
                + desk.admin
                        .send("GET", "/tasks?kind=platform&limit=1", null)
                        .at("/data/items/0/id")
                        .asText();

        Reply cancelled = desk.admin.send("POST", task + "/cancel", null);

        assertThat(cancelled.status()).as(cancelled.toString()).isEqualTo(200);
        assertThat(cancelled.at("/data/state").asText()).isEqualTo("cancelled");
        JsonNode shown = user.suno().fetchOne(id).at("/data");
        assertThat(shown.path("status").asText()).isEqualTo("FAILURE");
        assertThat(shown.path("fail_reason").asText()).isEqualTo("Cancelled");
        assertThat(desk.quota(user)).isEqualTo(1_000);
        assertThat(desk.used(user)).isZero();
        assertThat(desk.admin.send("POST", task + "/cancel", null).status()).isEqualTo(409);
        assertThat(desk.quota(user)).isEqualTo(1_000);
    }
}

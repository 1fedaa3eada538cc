package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.taskcenter.testing.AdminClient;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** Third parties, their channels and accounts of one test on the centre that tests share, which polls as it does by default. */
final class SunoDesk implements AutoCloseable {
    static final int PRICE = 100;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Centre centre = Centre.shared();
    final AdminClient admin = centre.admin();
    private final List<SunoStub> stubs = new ArrayList<>();
    private final List<Long> channels = new ArrayList<>();

    /** An account with a client of its own. */
    record User(long id, String token, TaskClient suno) {}

    SunoStub stub() {
        SunoStub stub = SunoStub.start();
        stubs.add(stub);
        return stub;
    }

    /** A channel, and who is behind it. */
    record Channel(long id, SunoStub suno) {}

    Channel channel(int priority, int weight) {
        SunoStub suno = stub();
        ObjectNode body = TaskClient.body()
                .put("name", "channel " + NUMBER.incrementAndGet())
                .put("platform", "suno")
                .put("base_url", suno.url())
                .put("key", "sk-upstream")
                .put("priority", priority)
                .put("weight", weight);
        body.putObject("price").put("music", PRICE).put("lyrics", 10);
        Reply made = admin.send("POST", "/channels", body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        channels.add(made.at("/data/id").asLong());
        return new Channel(made.at("/data/id").asLong(), suno);
    }

    /** No more new tasks go to it. */
    void disable(Channel channel) {
        admin.send("PATCH", "/channels/" + channel.id(), TaskClient.body().put("enabled", false));
    }

    User user(long quota) {
        Reply made = admin.send(
                "POST",
                "/accounts",
                TaskClient.body()
                        .put("name", "desk user " + NUMBER.incrementAndGet())
                        .put("quota", quota));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        String token = made.at("/data/token").asText();
        return new User(made.at("/data/id").asLong(), token, new TaskClient(centre.baseUri(), token, "/suno"));
    }

    /** An account as administrators see it. */
    JsonNode account(User user) {
        return admin.send("GET", "/accounts/" + user.id(), null).at("/data");
    }

    /** A task as administrators see it in the list of all. */
    JsonNode listed(String taskId) {
        return new TaskClient(centre.baseUri(), centre.adminToken(), "/suno")
                .list("/api/task/?task_id=" + taskId, 1)
                .at("/data/items/0");
    }

    /** Deletes its channels, which ends what is open there. */
    @Override
    public void close() {
        channels.forEach(channel -> admin.send("DELETE", "/channels/" + channel, null));
        stubs.forEach(SunoStub::close);
    }
}

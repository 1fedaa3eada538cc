package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.taskcenter.testing.AdminClient;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** Third parties, their channels and accounts of one test, on a centre that tests share. */
final class SunoDesk implements AutoCloseable {
    static final int PRICE = 100;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Centre centre;
    final AdminClient admin;
    private final List<SunoStub> stubs = new ArrayList<>();
    private final List<Long> channels = new ArrayList<>();

    private SunoDesk(Centre centre) {
        this.centre = centre;
        admin = centre.admin();
    }

    /** On the centre that asks after open tasks as seldom as it does by default. */
    SunoDesk() {
        this(Centre.shared());
    }

    /** On a centre that asks after open tasks every 0.3 seconds, for tests that wait for what a third party says. */
    static SunoDesk quick() {
        return new SunoDesk(Quick.CENTRE);
    }

    /** Started for the first test that wants it; ends with this JVM. */
    private static final class Quick {
        private static final Centre CENTRE =
                Centre.setup().with("TASKCENTER_POLL_INTERVAL", "0.3").start();
    }

    /** An account with a client of its own. */
    record User(long id, String token, TaskClient suno) {
        /** What its own list shows by these filters. */
        JsonNode list(String query) {
            return found(suno.list("/api/task/self?page_size=100&" + query, id));
        }
    }

    /** A channel, and who is behind it. */
    record Channel(long id, SunoStub suno) {}

    private SunoStub stub() {
        SunoStub stub = SunoStub.start();
        stubs.add(stub);
        return stub;
    }

    /** A name that no other test has. */
    static String unique(String what) {
        return what + " " + NUMBER.incrementAndGet();
    }

    Channel channel(int priority, int weight) {
        SunoStub suno = stub();
        return new Channel(add(form(suno.url(), priority).put("weight", weight)), suno);
    }

    /** What fails there has failed. */
    Channel channel(int priority) {
        return channel(priority, stub(), 0);
    }

    /** What fails there is submitted once more. */
    Channel resubmitting(int priority) {
        return channel(priority, stub(), 1);
    }

    private Channel channel(int priority, SunoStub suno, int resubmissions) {
        return new Channel(add(form(suno.url(), priority).put("max_resubmissions", resubmissions)), suno);
    }

    /** A channel where nobody listens. */
    void unreachable(int priority) {
        add(form("http://127.0.0.1:1", priority));
    }

    private static ObjectNode form(String url, int priority) {
        ObjectNode body = TaskClient.body()
                .put("name", unique("channel"))
                .put("platform", "suno")
                .put("base_url", url)
                .put("key", "sk-upstream")
                .put("priority", priority);
        body.putObject("price").put("music", PRICE).put("lyrics", 10);
        return body;
    }

    /** A channel of a platform "painter" that is declared to speak as Suno's gateways do, for its one action "draw". */
    Channel painter() throws JsonProcessingException {
        JsonNode declaration = new ObjectMapper().readTree("""
                {"submit":{"method":"POST","path":"/suno/submit/MUSIC","body":{}},
                 "fetch":{"method":"POST","path":"/suno/fetch","body":{"ids":["${id}"]}},
                 "pointers":{"id":"/data","status":"/data/0/status"},"words":{},"actions":["draw"]}""");
        assertThat(admin.send("PUT", "/platforms/painter", declaration).status())
                .isEqualTo(200);
        SunoStub stub = stub();
        ObjectNode body = form(stub.url(), 1).put("platform", "painter");
        body.putObject("price").put("draw", 5);
        return new Channel(add(body), stub);
    }

    private long add(ObjectNode channel) {
        Reply made = admin.send("POST", "/channels", channel);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        long id = made.at("/data/id").asLong();
        channels.add(id);
        return id;
    }

    /** No more new tasks go to it. */
    void disable(Channel channel) {
        admin.send("PATCH", "/channels/" + channel.id(), TaskClient.body().put("enabled", false));
    }

    User user(long quota) {
        Reply made = admin.send(
                "POST",
                "/accounts",
                TaskClient.body().put("name", unique("desk user")).put("quota", quota));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        String token = made.at("/data/token").asText();
        return new User(made.at("/data/id").asLong(), token, new TaskClient(centre.baseUri(), token, "/suno"));
    }

    /** What an account has left. */
    long quota(User user) {
        return account(user).path("quota").asLong();
    }

    /** What an account has been charged and not been given back. */
    long used(User user) {
        return account(user).path("used_quota").asLong();
    }

    private JsonNode account(User user) {
        return admin.send("GET", "/accounts/" + user.id(), null).at("/data");
    }

    /** What an account was charged and given back, the newest first. */
    JsonNode ledger(User user) {
        return admin.send("GET", "/accounts/" + user.id() + "/ledger", null).at("/data/items");
    }

    /** What administrators see by these filters in the list of all. */
    JsonNode everybodys(String query) {
        TaskClient root = new TaskClient(centre.baseUri(), centre.adminToken(), "/suno");
        return found(root.list("/api/task/?page_size=100&" + query, 1));
    }

    /** A task as administrators see it in the list of all. */
    JsonNode listed(String taskId) {
        return everybodys("task_id=" + taskId).at("/items/0");
    }

    private static JsonNode found(Reply list) {
        assertThat(list.status()).as(list.toString()).isEqualTo(200);
        return list.at("/data");
    }

    /** A request is refused in the shape that all refusals of tasks of third parties have. */
    static void assertError(Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.at("/code").asText()).isEqualTo(code);
        assertThat(reply.at("/message").asText()).isNotBlank();
        assertThat(reply.at("/data").isNull()).isTrue();
    }

    /** Deletes its channels, which ends what is open there. */
    @Override
    public void close() {
        channels.forEach(channel -> admin.send("DELETE", "/channels/" + channel, null));
        stubs.forEach(SunoStub::close);
    }
}

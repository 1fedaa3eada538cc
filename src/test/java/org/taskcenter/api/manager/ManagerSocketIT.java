package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.OneFrame;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.SocketClient;
import org.taskcenter.testing.StubTarget;

/** Messages and results over the WebSocket, against two members of the packaged program on one database. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class ManagerSocketIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger LAST = new AtomicInteger();

    private static PostgresServer server;
    private static String database;
    private static Centre one;
    private static Centre two;
    private static StubTarget target;

    /** An account of a name of its own, and its client of that name. */
    private record Client(String name, String token, String path) {
        static Client make() {
            String name = "client-" + LAST.incrementAndGet();
            Reply account = one.admin()
                    .send("POST", "/accounts", JSON.createObjectNode().put("name", name));
            return new Client(
                    name,
                    account.at("/data/token").textValue(),
                    "/accounts/" + account.at("/data/id").longValue());
        }

        /** Hands in tasks over HTTP; returns their ids. */
        List<String> add(int count) {
            List<String> ids = new ArrayList<>();
            for (int left = count; left > 0; left -= 500) {
                List<ObjectNode> tasks = new ArrayList<>();
                for (int i = 0; i < Math.min(500, left); i++) {
                    tasks.add(task(""));
                }
                assertThat(one.manager(token).add(tasks).status()).isEqualTo(200);
                tasks.forEach(task -> ids.add(task.get("id").textValue()));
            }
            return ids;
        }

        ObjectNode task(String path) {
            String id = "t" + LAST.incrementAndGet();
            return ManagerClient.task(name, id, "GET", target.uri("/" + path));
        }

        void awaitHeld(long count) {
            await(count + " held for " + name).atMost(PATIENCE).until(() -> held() == count);
        }

        long held() {
            return number("select count(*) from held where client = '" + name + "'");
        }

        /** From now on its results are pushed to the target, to a path of its name. */
        void returnToTarget() {
            change(JSON.createObjectNode()
                    .put("return_url", target.uri("/" + name).toString()));
        }

        void change(ObjectNode change) {
            assertThat(one.admin().send("PATCH", path, change).status()).isEqualTo(200);
        }
    }

    @BeforeAll
    static void start() {
        server = PostgresServer.shared();
        database = server.newDatabase();
        target = StubTarget.start();
        one = Centre.setup().on(server, database).idle();
        two = Centre.setup().on(server, database).idle();
        Centre.startAll(one, two);
    }

    @AfterAll
    static void stop() {
        Stream.of(one, two).forEach(Centre::close);
        target.close();
    }

    @Test
    void nobodyWithoutATokenGetsIn() {
        assertThat(SocketClient.handshake(one, null)).isEqualTo(401);
        assertThat(SocketClient.handshake(one, "sk-unknown")).isEqualTo(401);
        assertThat(SocketClient.handshake(one, Client.make().token())).isEqualTo(101);
    }

    @Test
    void takesTheSameMessagesAndAnswersTheSame() {
        Client client = Client.make();
        ObjectNode task = client.task("");
        ((ObjectNode) task.get("task")).put("run_at", "2035-01-01T00:00:00Z");
        ObjectNode query = ManagerClient.one(client.name(), task.get("id").textValue());
        try (SocketClient socket = SocketClient.open(one, client.token())) {
            assertThat(answer(socket, "add_task", task).at("/results/0/status").textValue())
                    .isEqualTo("ack");
            assertThat(answer(socket, "get_status", query))
                    .isEqualTo(one.manager(client.token()).status(query).body());
            assertThat(answer(socket, "nonsense", query))
                    .isEqualTo(one.manager(client.token())
                            .message("nonsense", query)
                            .body());
            assertThat(answer(socket, "cancel_task", query)
                            .at("/results/0/code")
                            .intValue())
                    .isEqualTo(200);
        }
    }

    @Test
    void anAcknowledgementIsNotAnsweredWhateverItSays() {
        Client client = Client.make();
        try (SocketClient socket = SocketClient.open(one, client.token())) {
            socket.send("ack_result", ManagerClient.one("somebody-else", "1"));
            socket.send("ack_result", JSON.createObjectNode().put("from", client.name()));
            socket.send("ack_result", JSON.createArrayNode().add(1));
            socket.send("ack_result", JSON.getNodeFactory().textNode("x"));

            assertThat(answer(socket, "add_task", JSON.createArrayNode())
                            .at("/message_type")
                            .textValue())
                    .isEqualTo("add_task_response");
        }
    }

    @Test
    void resultsComeOverTheConnection() {
        Client client = Client.make();
        try (SocketClient socket = SocketClient.acknowledging(one, client.token())) {
            List<String> ids = client.add(20);

            awaitIds(socket, ids);
            client.awaitHeld(0);
            ObjectNode query = ManagerClient.one(client.name(), ids.get(0));
            assertThat(socket.results())
                    .contains(one.manager(client.token()).status(query).body());
        }
    }

    @Test
    void aThousandWaitForAClientThatWasAway() {
        Client client = Client.make();
        List<String> ids = client.add(1_000);
        client.awaitHeld(1_000);

        try (SocketClient socket = SocketClient.acknowledging(two, client.token())) {
            awaitIds(socket, ids);
            client.awaitHeld(0);
            assertThat(socket.ids()).hasSize(1_000);
        }
    }

    @Test
    void whoNeverAcknowledgesGetsEachResultOnce() {
        Client client = Client.make();
        List<String> ids = client.add(50);
        client.awaitHeld(50);
        try (SocketClient socket = SocketClient.open(one, client.token())) {
            awaitIds(socket, ids);
            client.awaitHeld(0);
        }
        assertNothingComesAgain(client);
    }

    @Test
    void whoNeverAcknowledgesAndLeavesInOrderHasWhatWasWritten() {
        Client client = Client.make();
        List<String> ids = client.add(1);
        client.awaitHeld(1);
        try (SocketClient socket = SocketClient.open(one, client.token())) {
            awaitIds(socket, ids);
            // Its answer comes behind the result: that is known to be written when it is here.
            answer(socket, "add_task", JSON.createArrayNode());
        }
        assertNothingComesAgain(client);
    }

    @Test
    void whatWasNotAcknowledgedComesAgain() {
        Client client = Client.make();
        List<String> first = client.add(1);
        try (SocketClient socket = SocketClient.acknowledging(one, client.token())) {
            awaitIds(socket, first);
            client.awaitHeld(0);
        }
        List<String> ids = client.add(30);
        SocketClient broken = SocketClient.open(one, client.token());
        awaitIds(broken, ids);
        broken.cut();

        try (SocketClient socket = SocketClient.acknowledging(two, client.token())) {
            awaitIds(socket, ids);
            client.awaitHeld(0);
        }
    }

    @Test
    void twoClientsOnTwoMembersGetTheirOwn() {
        Client acme = Client.make();
        Client other = Client.make();
        try (SocketClient acmes = SocketClient.acknowledging(one, acme.token());
                SocketClient others = SocketClient.acknowledging(two, other.token())) {
            List<String> ofAcme = acme.add(200);
            List<String> ofOther = other.add(200);

            awaitIds(acmes, ofAcme);
            awaitIds(others, ofOther);
            assertThat(acmes.ids()).hasSize(200);
            assertThat(others.ids()).hasSize(200);
        }
    }

    @Test
    void oneClientOnTwoMembersGetsEachResultOverOneOfThem() {
        Client client = Client.make();
        try (SocketClient here = SocketClient.acknowledging(one, client.token());
                SocketClient there = SocketClient.acknowledging(two, client.token())) {
            List<String> ids = client.add(1_000);

            client.awaitHeld(0);
            await().atMost(PATIENCE).until(() -> here.ids().size() + there.ids().size() >= ids.size());
            List<String> all = new ArrayList<>(here.ids());
            all.addAll(there.ids());
            assertThat(all).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void aSlowReaderIsCutOffAndLosesNothing() {
        Client client = Client.make();
        target.on("/large", Answer.large(900_000));
        List<ObjectNode> tasks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            tasks.add(client.task("large"));
        }
        one.manager(client.token()).add(tasks);
        client.awaitHeld(60);

        SocketClient deaf = SocketClient.deaf(one, client.token());
        awaitListening(client, 1);
        awaitListening(client, 0);

        try (SocketClient socket = SocketClient.acknowledging(two, client.token())) {
            awaitIds(
                    socket,
                    tasks.stream().map(task -> task.get("id").textValue()).toList());
            client.awaitHeld(0);
        }
        deaf.cut();
    }

    @Test
    void whoListensGetsItInPlaceOfThePush() {
        Client client = Client.make();
        client.returnToTarget();
        SocketClient socket = SocketClient.acknowledging(one, client.token());
        awaitListening(client, 1);
        List<String> ids = client.add(10);
        awaitIds(socket, ids);
        client.awaitHeld(0);
        assertThat(target.requests("/" + client.name())).isEmpty();

        socket.close();
        awaitListening(client, 0);
        client.add(5);

        await().atMost(PATIENCE)
                .until(() -> target.requests("/" + client.name()).size() == 5);
    }

    @Test
    void whatAListenerLeavesBehindIsPushed() {
        Client client = Client.make();
        client.returnToTarget();
        try (SocketClient socket = SocketClient.acknowledging(one, client.token())) {
            List<String> first = client.add(1);
            awaitIds(socket, first);
            client.awaitHeld(0);
        }
        SocketClient silent = SocketClient.open(one, client.token());
        awaitListening(client, 1);
        List<String> ids = client.add(7);
        awaitIds(silent, ids);
        silent.cut();

        await().atMost(PATIENCE)
                .until(() -> target.requests("/" + client.name()).size() == 7);
        client.awaitHeld(0);
    }

    @Test
    void endsWithTheToken() {
        Client client = Client.make();
        SocketClient socket = SocketClient.open(one, client.token());

        client.change(JSON.createObjectNode().put("enabled", false));

        assertThat(awaitEnd(socket)).isEqualTo(1008);
    }

    @Test
    void aMessageThatIsTooLongEndsIt() {
        Client client = Client.make();
        SocketClient socket = SocketClient.open(one, client.token());
        String part = " ".repeat(1 << 20);

        try {
            for (int i = 0; i < 17; i++) {
                socket.sendPart(part);
            }
        } catch (CompletionException e) {
            assertThat(e).hasRootCauseInstanceOf(IOException.class);
        }

        assertThat(awaitEnd(socket)).isIn(0, 1009);
        assertThat(SocketClient.handshake(one, client.token())).isEqualTo(101);
    }

    @Test
    void aLongMessageIsTaken() {
        Client client = Client.make();
        ObjectNode task = client.task("");
        ((ObjectNode) task.get("task")).put("run_at", "2035-01-01T00:00:00Z").put("method", "POST");
        try (SocketClient socket = SocketClient.open(one, client.token())) {
            socket.sendText("{\"message_type\":\"add_task\"," + " ".repeat(8 << 20) + "\"parameters\":" + task + "}");

            await().atMost(PATIENCE).until(() -> !socket.answers().isEmpty());
            assertThat(socket.answers().get(0).at("/results/0/status").textValue())
                    .isEqualTo("ack");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 12, 16})
    void aLongMessageMayBeOneFrame(int mebibytes) throws IOException {
        String message = "{\"message_type\":\"add_task\",\"parameters\":[]}";
        byte[] text = (message + " ".repeat((mebibytes << 20) - message.length())).getBytes(StandardCharsets.UTF_8);

        assertThat(OneFrame.answer(one, Client.make().token(), text)).contains("add_task_response");
    }

    private static JsonNode answer(SocketClient socket, String type, JsonNode parameters) {
        int before = socket.answers().size();
        socket.send(type, parameters);
        await().atMost(PATIENCE).until(() -> socket.answers().size() > before);
        return socket.answers().get(before);
    }

    /** Of what comes over a new connection, only what ends from now on is there. */
    private static void assertNothingComesAgain(Client client) {
        List<String> later = client.add(1);
        try (SocketClient socket = SocketClient.open(one, client.token())) {
            awaitIds(socket, later);
            assertThat(socket.ids()).isEqualTo(later);
        }
    }

    private static void awaitListening(Client client, int connections) {
        await(connections + " listening for " + client.name())
                .atMost(PATIENCE)
                .until(() -> listening(client) == connections);
    }

    private static int awaitEnd(SocketClient socket) {
        return socket.ended().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static void awaitIds(SocketClient socket, List<String> ids) {
        await("results").atMost(PATIENCE).until(() -> socket.ids().containsAll(ids));
    }

    private static long listening(Client client) {
        return number("select count(*) from listening where client = '" + client.name() + "'");
    }

    private static long number(String sql) {
        return server.number(database, sql);
    }
}

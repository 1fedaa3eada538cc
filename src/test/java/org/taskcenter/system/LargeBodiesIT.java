package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.PostgresServer.Stop;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.StubTarget;

/** A centre whose memory holds only a part of what is under way at a time. It ends where it runs out of memory. */
@Timeout(600)
@ExtendWith(ShowOutput.class)
class LargeBodiesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String DATABASE = "large";
    private static final int MIB = 1 << 20;
    private static final int CLIENTS = 20;
    /** What a lane begins with. */
    private static final int EACH = 16;

    private static final int PART = 8;

    private static final PostgresServer SERVER = new PostgresServer().start();
    private static Centre centre;
    private static List<ManagerClient> managers;

    @BeforeAll
    static void start() {
        SERVER.createDatabase(DATABASE);
        centre = Centre.setup()
                .on(SERVER, DATABASE)
                .with("TASKCENTER_LEASE_SECONDS", "300")
                .with("TASKCENTER_JAVA_OPTS", "-Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1")
                .start();
        managers = IntStream.range(0, CLIENTS)
                .mapToObj(i -> centre.manager(centre.admin().account(client(i), client(i))))
                .toList();
    }

    @AfterAll
    static void stop() {
        centre.close();
        SERVER.close();
    }

    @Test
    void resultsThatCannotBeStoredForTheMomentDoNotFillTheMemory() {
        try (StubTarget one = StubTarget.forgetful();
                StubTarget other = StubTarget.forgetful()) {
            CompletableFuture<Void> release = new CompletableFuture<>();
            Stream.of(one, other)
                    .forEach(target -> target.on("/", Answer.large(MIB).when(release)));
            for (int i = 0; i < CLIENTS; i++) {
                StubTarget target = i % 2 == 0 ? one : other;
                List<ObjectNode> tasks = new ArrayList<>();
                for (int j = 0; j < EACH; j++) {
                    tasks.add(task(i, "answer-" + j, "GET", target));
                }
                add(i, tasks);
            }
            await().atMost(PATIENCE).until(() -> one.count() + other.count() == CLIENTS * EACH);

            SERVER.stop(Stop.IMMEDIATE);
            release.complete(null);
            await().atMost(PATIENCE).until(() -> !centre.isAlive() || centre.health("ready") == 503);
            SERVER.start();
            awaitEnded("answer-", "octet_length(a.body) = " + MIB);
            assertThat(one.count() + other.count()).as("calls").isEqualTo(CLIENTS * EACH);
        }
    }

    @Test
    void callsThatSendMuchDoNotFillTheMemory() throws Exception {
        String body = "y".repeat(MIB);
        try (StubTarget one = StubTarget.forgetful();
                StubTarget other = StubTarget.forgetful()) {
            centre.admin().pause("call");
            for (int i = 0; i < CLIENTS; i++) {
                StubTarget target = i % 2 == 0 ? one : other;
                for (int j = 0; j < EACH; j += PART) {
                    List<ObjectNode> tasks = new ArrayList<>();
                    for (int k = j; k < j + PART; k++) {
                        ObjectNode task = task(i, "request-" + k, "POST", target);
                        ((ObjectNode) task.get("task")).put("body", body);
                        tasks.add(task);
                    }
                    add(i, tasks);
                }
            }
            centre.admin().pause();
            awaitEnded("request-", "a.body = 'ok'");
            assertThat(one.count() + other.count()).as("calls").isEqualTo(CLIENTS * EACH);
        }
    }

    /** Waits until all tasks whose id begins so have succeeded, at the first attempt, and with what is wanted of it. */
    private static void awaitEnded(String id, String wanted) {
        await().atMost(PATIENCE).until(() -> !centre.isAlive() || ended(id, wanted) == CLIENTS * EACH);
        assertThat(centre.isAlive()).as("has memory").isTrue();
    }

    private static ObjectNode task(int client, String id, String method, StubTarget target) {
        ObjectNode task = ManagerClient.task(client(client), id, method, target.uri("/"));
        ((ObjectNode) task.get("task")).put("timeout", 300);
        return task;
    }

    private static void add(int client, List<ObjectNode> tasks) {
        Reply reply = managers.get(client).add(tasks);
        assertThat(reply.at("/results"))
                .hasSize(tasks.size())
                .allMatch(result -> result.path("status").textValue().equals("ack"));
    }

    private static String client(int i) {
        return "client-" + i;
    }

    private static long ended(String id, String wanted) {
        return SERVER.number(
                DATABASE,
                "select count(*) from task t join attempt a on a.task_id = t.id and a.number = 1 where t.client_id like '"
                        + id + "%' and t.state = 'succeeded' and " + wanted);
    }
}

package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.PostgresServer.Stop;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;

/** PostgreSQL crashes under two centres at work, is away for longer than a lease, and comes back. */
@Timeout(600)
@ExtendWith(ShowOutput.class)
class OutageIT {
    private static final Duration OUTAGE = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(30);
    /** How soon work goes on when the database is back. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private static final String DATABASE = "outage";
    private static final int HELD = 16;
    private static final int MESSAGE = 20;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean enough;

    @Test
    void allGoesOnByItself() {
        try (PostgresServer server = new PostgresServer().start();
                Target busy = Target.slow(Duration.ofMillis(50));
                Target held = Target.quick()) {
            server.createDatabase(DATABASE);
            try (Centre one = member(server);
                    Centre other = member(server)) {
                Centre.startAll(one, other);
                goesOn(server, one, other, busy, held);
            }
        }
    }

    private static Centre member(PostgresServer server) {
        return Centre.setup()
                .on(server, DATABASE)
                .with("TASKCENTER_HEARTBEAT_SECONDS", "1")
                .with("TASKCENTER_LEASE_SECONDS", "9")
                .idle();
    }

    private void goesOn(PostgresServer server, Centre one, Centre other, Target busy, Target held) {
        History history = new History(() -> server.connect(DATABASE)).remember();
        String token = one.admin().account("acme", "acme");
        List<ManagerClient> both = List.of(one.manager(token), other.manager(token));
        held.hold();
        Group answered = new Group("acme", "answered-meanwhile", held).add(both.get(0), HELD);
        held.awaitCalls(HELD);
        Group load = new Group("acme", "load", busy);
        CompletableFuture<Void> loading = CompletableFuture.runAsync(() -> load(load, both));
        await().atMost(Group.PATIENCE).until(() -> accepted.get() > 500 && busy.calls() > 100);

        server.stop(Stop.IMMEDIATE);
        long stopped = System.nanoTime();
        held.release();
        await().atMost(SOON).until(() -> one.health("ready") == 503 && other.health("ready") == 503);
        await().atMost(SOON).until(() -> refused.get() > 10);
        assertThat(one.health("live")).isEqualTo(200);
        await().pollInterval(Duration.ofMillis(500))
                .atMost(OUTAGE.multipliedBy(2))
                .until(() -> System.nanoTime() - stopped > OUTAGE.toNanos());
        assertThat(List.of(one.health("ready"), other.health("ready"))).containsOnly(503);
        int acceptedBefore = accepted.get();
        long callsBefore = busy.calls();
        server.start();

        await().atMost(AT_ONCE).until(() -> accepted.get() > acceptedBefore && busy.calls() > callsBefore);
        await().atMost(SOON).until(() -> one.health("ready") == 200 && other.health("ready") == 200);
        enough = true;
        loading.join();
        Map<String, JsonNode> ends = load.awaitEnds(both.get(0));
        load.assertFinished(ends.values());
        busy.assertOneKeyEach(load.ids());
        answered.assertFinished(answered.awaitEnds(both.get(1)).values());
        assertThat(held.calls())
                .as("calls that were answered during the outage")
                .isEqualTo(HELD);
        history.assertEndedOnce();
        history.assertAttemptsFit();
        assertThat(history.members()).hasSize(2).allMatch(member -> member.endsWith(" alive"));
        assertThat(List.of(one.isAlive(), other.isAlive())).containsOnly(true);
    }

    /** Hands tasks in at both centres until it is enough. */
    private void load(Group group, List<ManagerClient> managers) {
        for (int turn = 0; !enough; turn++) {
            Reply reply = group.offer(managers.get(turn % managers.size()), MESSAGE);
            if (reply.status() == 200) {
                accepted.addAndGet(MESSAGE);
            } else {
                assertUnavailable(reply);
                refused.incrementAndGet();
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    private static void assertUnavailable(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(503);
        assertThat(reply.at("/message_type").textValue()).isEqualTo("add_task_response");
        assertThat(reply.at("/code").intValue()).isEqualTo(503);
        assertThat(reply.at("/message").textValue()).isNotBlank();
        assertThat(reply.at("/results").isEmpty()).isTrue();
    }
}

package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.StubTarget;

/**
 * What was acknowledged outlives SIGKILL: waiting tasks, and those whose calls are under way. A call under which the centre dies
 * for the third time is not made again.
 *
 * <p>The lease is so long that only the lock in the home can tell the next start that its predecessor has ended.
 */
@Timeout(600)
@ExtendWith(ShowOutput.class)
class DurabilityIT {
    private static final int ROUNDS = 3;
    private static final int MESSAGES = 20;
    private static final int MESSAGE = 500;
    /** What a centre that has just started begins with at one target. */
    private static final int WINDOW = 16;

    private final List<Group> groups = new ArrayList<>();
    private final Map<String, JsonNode> ends = new HashMap<>();
    private int killedUnderWay;

    @Test
    void onTheEmbeddedDatabase() {
        try (Centre centre = setup().start()) {
            survivesKills(centre);
            centre.kill9();
            String url = "jdbc:h2:file:" + centre.home().resolve("taskcenter");
            assertKept(new History(() -> DriverManager.getConnection(url, "sa", "")));
        }
    }

    @Test
    void onPostgresql() {
        PostgresServer server = PostgresServer.shared();
        String database = server.newDatabase();
        try (Centre centre = setup().on(server, database).start()) {
            History history = new History(() -> server.connect(database)).remember();
            survivesKills(centre);
            history.assertEndedOnce();
            assertKept(history);
        }
    }

    private static Centre.Setup setup() {
        return Centre.setup().with("TASKCENTER_LEASE_SECONDS", "600");
    }

    private void survivesKills(Centre centre) {
        ManagerClient acme = centre.manager(centre.admin().account("acme", "acme"));
        try (StubTarget silent = StubTarget.start()) {
            silent.hang("/deadly");
            ObjectNode deadly = ManagerClient.task("acme", "deadly", "POST", silent.uri("/deadly"));
            ((ObjectNode) deadly.get("task")).put("timeout", 86_400);
            assertThat(acme.add(deadly).at("/results/0/status").textValue()).isEqualTo("ack");
            for (int round = 1; round <= ROUNDS; round++) {
                int calls = round;
                await("call " + calls).atMost(Group.PATIENCE).until(() -> silent.count() == calls);
                try (Target busy = Target.slow(Duration.ofMillis(20));
                        Target held = Target.quick();
                        Target once = Target.quick()) {
                    killAndRestart(centre, acme, busy, held, once, round);
                }
            }
            // Each of the three that were killed had this one in its hands: nobody takes it up again.
            assertEffectUnknown(acme.awaitEnd("acme", "deadly", Group.PATIENCE));
            assertThat(silent.count()).isEqualTo(3);
            assertThat(silent.countsByKey().values()).as("of one key").containsExactly(3);
        }
        assertThat(killedUnderWay).as("calls of the bulk that were cut").isPositive();
    }

    private void killAndRestart(Centre centre, ManagerClient acme, Target busy, Target held, Target once, int round) {
        held.hold();
        once.hold();
        Group underWay = new Group("acme", "under-way-" + round, held).add(acme, WINDOW);
        Group onceOnly = new Group("acme", "once-" + round, once)
                .with(task -> task.put("at_most_once", true))
                .add(acme, WINDOW);
        held.awaitCalls(WINDOW);
        once.awaitCalls(WINDOW);
        Group bulk = new Group("acme", "bulk-" + round, busy).add(acme, (MESSAGES - 1) * MESSAGE);
        Map<String, JsonNode> before = bulk.ended(acme);

        bulk.add(acme, MESSAGE);
        centre.kill9();
        held.release();
        once.release();
        centre.start();

        busy.awaitCalls(bulk.ids().size());
        Map<String, JsonNode> after = bulk.awaitEnds(acme);
        assertThat(after).hasSameSizeAs(bulk.ids());
        Group.assertUnchanged(before, after);
        bulk.assertFinished(after.values());
        assertCalls(bulk, busy);
        killedUnderWay += (int) busy.calls() - bulk.ids().size();
        Map<String, JsonNode> repeated = underWay.awaitEnds(acme);
        underWay.assertFinished(repeated.values());
        assertThat(underWay.ids()).allSatisfy(id -> assertThat(held.calls(id)).isEqualTo(2));
        assertCalls(underWay, held);
        Map<String, JsonNode> unknown = onceOnly.awaitEnds(acme);
        assertThat(unknown.values()).hasSize(WINDOW).allSatisfy(DurabilityIT::assertEffectUnknown);
        assertThat(once.calls()).isEqualTo(WINDOW);

        // What had ended in an earlier round has stayed as it was.
        for (Group group : groups) {
            Group.assertUnchanged(group.lines(acme), ends);
        }
        groups.addAll(List.of(bulk, underWay, onceOnly));
        ends.putAll(after);
        ends.putAll(repeated);
        ends.putAll(unknown);
    }

    /** Nothing is called more often than the kill explains, and every repeat is known as one. */
    private void assertCalls(Group group, Target target) {
        target.assertOneKeyEach(group.ids());
        assertThat(group.ids()).allSatisfy(id -> assertThat(target.calls(id)).isLessThanOrEqualTo(2));
    }

    private static void assertEffectUnknown(JsonNode line) {
        assertThat(line.path("status").textValue()).isEqualTo("error");
        assertThat(line.at("/result/code").intValue()).isEqualTo(504);
        assertThat(line.at("/result/body").textValue()).contains("effect is unknown");
    }

    private void assertKept(History history) {
        history.assertAttemptsFit();
        history.assertOneLastAttempt();
        groups.get(1).ids().forEach(id -> assertThat(history.attempts(id)).isEqualTo(2));
    }
}

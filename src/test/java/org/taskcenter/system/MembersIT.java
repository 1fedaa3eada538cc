package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;

/** Two centres on one database, of which one is killed, frozen, asked to stop, or asked for what the other one does. */
@Timeout(600)
@ExtendWith(ShowOutput.class)
@TestMethodOrder(OrderAnnotation.class)
class MembersIT {
    /** As many calls as a member begins with at one target: of twice as many, both get this many. */
    private static final int WINDOW = 16;

    private static final Pattern JOINED = Pattern.compile("as member (\\d+) on");
    private static final Pattern TOO_LATE = Pattern.compile("(\\d+) result\\(s\\) came too late");

    private static Centre one;
    private static Centre other;
    private static ManagerClient acme;
    private static String token;
    private static History history;

    private final Target target = Target.quick();

    @BeforeAll
    static void start() {
        PostgresServer server = PostgresServer.shared();
        String database = server.newDatabase();
        one = member(server, database);
        other = member(server, database);
        Centre.startAll(one, other);
        history = new History(() -> server.connect(database)).remember();
        token = one.admin().account("acme", "acme");
        acme = one.manager(token);
    }

    private static Centre member(PostgresServer server, String database) {
        return Centre.setup()
                .on(server, database)
                .with("TASKCENTER_HEARTBEAT_SECONDS", "0.5")
                .with("TASKCENTER_LEASE_SECONDS", "6")
                .with("TASKCENTER_DRAIN_SECONDS", "10")
                .idle();
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    @BeforeEach
    void bothAreThere() {
        if (other.isAlive() && other.health("ready") != 200) {
            other.kill9(); // a test that failed left it so
        }
        if (!other.isAlive()) {
            other.start();
        }
    }

    @AfterEach
    void close() {
        target.close();
    }

    @Test
    void oneThatIsKilledLosesNothing() {
        Group group = underWayOnBoth("killed", target);
        List<String> lost = history.runningOn(id(other));

        other.kill9();
        target.release();

        Map<String, JsonNode> lines = group.awaitEnds(acme);
        group.assertFinished(lines.values());
        assertCalls(group, target, lost);
        lost.forEach(id -> assertThat(history.attempts(id)).isEqualTo(2));
        assertThat(one.output()).anyMatch(line -> line.contains("declared dead"));
        history.assertEndedOnce();
        history.assertAttemptsFit();
    }

    @Test
    void oneThatWasFrozenIsNotBelievedAndBeginsAnew() {
        Group group = underWayOnBoth("frozen", target);
        long before = id(other);
        List<String> lost = history.runningOn(before);
        int claims = history.claimsBy(before);

        other.freeze();
        target.release(); // what was answered to the frozen one waits in its sockets
        Map<String, JsonNode> ends = group.awaitEnds(acme);
        try (Target next = Target.quick()) {
            next.hold();
            Group waiting = new Group("acme", "thawed", next).add(acme, 3 * WINDOW);
            next.awaitCalls(WINDOW);

            other.thaw();

            next.awaitCalls(2 * WINDOW);
            await().atMost(Group.PATIENCE).until(() -> tooLate(other) == lost.size());
            assertThat(id(other)).isNotEqualTo(before);
            assertThat(history.runningOn(id(other))).hasSize(WINDOW);
            assertThat(history.claimsBy(before)).isEqualTo(claims);
            next.release();
            waiting.assertFinished(waiting.awaitEnds(acme).values());
            assertCalls(waiting, next, List.of());
        }
        assertThat(group.lines(acme)).isEqualTo(ends);
        group.assertFinished(ends.values());
        assertCalls(group, target, lost);
        history.assertEndedOnce();
        history.assertAttemptsFit();
    }

    @Test
    void eachStopsCallsOfTheOther() {
        Group group = underWayOnBoth("cancelled", target);
        String mine = history.runningOn(id(one)).get(0);
        String theirs = history.runningOn(id(other)).get(0);

        assertStopping(acme.cancel(ManagerClient.one("acme", theirs).put("force", true)));
        assertStopping(
                other.manager(token).cancel(ManagerClient.one("acme", mine).put("force", true)));

        Map<String, JsonNode> lines = group.await(
                "the end of two",
                acme,
                all -> all.values().stream().filter(Group::isEnded).count() == 2);
        assertThat(lines.get(mine).at("/result/code").intValue()).isEqualTo(410);
        assertThat(lines.get(theirs).at("/result/code").intValue()).isEqualTo(410);
        await().atMost(Group.PATIENCE).until(() -> target.abandoned() == 2);
        target.release();
        Map<String, JsonNode> ends = group.awaitEnds(acme);
        ends.keySet().removeAll(List.of(mine, theirs));
        group.assertFinished(ends.values());
        assertCalls(group, target, List.of());
        history.assertEndedOnce();
    }

    /** The last of the tests: nobody has to start the other one again. */
    @Test
    @Order(Integer.MAX_VALUE)
    void oneThatIsAskedToStopHandsOverWhatItCannotFinish() {
        try (Target cut = Target.quick();
                Target once = Target.quick()) {
            Group finishing = underWayOnBoth("finishing", target);
            Group handedOver = underWayOnBoth("handed-over", cut);
            once.hold();
            Group atMostOnce = new Group("acme", "at-most-once", once)
                    .with(task -> task.put("at_most_once", true))
                    .add(acme, 2 * WINDOW);
            once.awaitCalls(2 * WINDOW);
            long leaving = id(other);
            List<String> running = history.runningOn(leaving);
            assertThat(running).hasSize(3 * WINDOW);

            other.sigterm();
            await().atMost(Group.PATIENCE)
                    .until(() -> other.output().stream().anyMatch(line -> line.contains("Draining")));
            int claims = history.claimsBy(leaving);
            try (Target next = Target.quick()) {
                Group begunMeanwhile = new Group("acme", "begun-meanwhile", next).add(acme, 2 * WINDOW);
                begunMeanwhile.assertFinished(begunMeanwhile.awaitEnds(acme).values());
            }
            assertThat(history.claimsBy(leaving)).isEqualTo(claims);
            assertThat(history.runningOn(leaving)).isEqualTo(running);
            target.release();

            assertThat(other.awaitEnd(Duration.ofSeconds(60))).isIn(0, 143);
            cut.release();
            once.release();
            Map<String, JsonNode> finished = finishing.awaitEnds(acme);
            finishing.assertFinished(finished.values());
            assertCalls(finishing, target, List.of());
            handedOver.assertFinished(handedOver.awaitEnds(acme).values());
            assertCalls(handedOver, cut, only(running, handedOver));
            Map<String, JsonNode> ends = atMostOnce.awaitEnds(acme);
            List<String> unknown = only(running, atMostOnce);
            unknown.forEach(id -> assertEffectUnknown(ends.remove(id)));
            atMostOnce.assertFinished(ends.values());
            assertCalls(atMostOnce, once, List.of());
            assertThat(history.members()).contains(leaving + " retired");
            history.assertEndedOnce();
            history.assertAttemptsFit();
        }
    }

    /** Calls that a target keeps waiting, as many on the one member as on the other. */
    private static Group underWayOnBoth(String name, Target target) {
        target.hold();
        Group group = new Group("acme", name, target).add(acme, 2 * WINDOW);
        target.awaitCalls(2 * WINDOW);
        assertThat(only(history.runningOn(id(one)), group)).hasSize(WINDOW);
        assertThat(only(history.runningOn(id(other)), group)).hasSize(WINDOW);
        return group;
    }

    private static List<String> only(List<String> ids, Group group) {
        return ids.stream().filter(group.ids()::contains).toList();
    }

    /** That these were called twice, with one key, and the others once. */
    private static void assertCalls(Group group, Target target, List<String> twice) {
        target.assertOneKeyEach(group.ids());
        assertThat(group.ids())
                .allSatisfy(id -> assertThat(target.calls(id)).as(id).isEqualTo(twice.contains(id) ? 2 : 1));
    }

    private static void assertStopping(Reply reply) {
        assertThat(reply.at("/results/0/status").textValue())
                .as(reply.toString())
                .isEqualTo("finish");
        assertThat(reply.at("/results/0/code").intValue()).isEqualTo(202);
    }

    private static void assertEffectUnknown(JsonNode line) {
        assertThat(line.path("status").textValue()).isEqualTo("error");
        assertThat(line.at("/result/code").intValue()).isEqualTo(504);
        assertThat(line.at("/result/body").textValue()).contains("effect is unknown");
    }

    /** The member that a centre is now, by its own word. */
    private static long id(Centre centre) {
        return numbers(JOINED, centre).stream().reduce((first, last) -> last).orElseThrow();
    }

    /** How many results of a centre came too late, by its own word. */
    private static long tooLate(Centre centre) {
        return numbers(TOO_LATE, centre).stream().mapToLong(Long::longValue).sum();
    }

    private static List<Long> numbers(Pattern pattern, Centre centre) {
        return centre.output().stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(found -> Long.valueOf(found.group(1)))
                .toList();
    }
}

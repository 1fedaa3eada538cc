package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.ShowOutput;

/** Whoever has much to do, or a target that does not answer, holds up nobody else. */
@Timeout(600)
@ExtendWith(ShowOutput.class)
class FairnessIT {
    private static final int CROWD = 100_000;
    /** How many of the crowd may go first: what is in hand at one moment, and far less than the crowd. */
    private static final int IN_HAND = 2_000;

    private static Centre centre;
    private static ManagerClient greedy;
    private static ManagerClient modest;

    @BeforeAll
    static void start() {
        PostgresServer server = PostgresServer.shared();
        centre = Centre.setup().on(server, server.newDatabase()).start();
        greedy = centre.manager(centre.admin().account("greedy", "greedy"));
        modest = centre.manager(centre.admin().account("modest", "modest"));
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    @Test
    void oneTaskDoesNotWaitForAHundredThousandOfAnother() {
        try (Target target = Target.quick()) {
            centre.admin().pause("call");
            new Group("greedy", "crowd", target).add(greedy, CROWD);
            Group first = new Group("modest", "first", target).add(modest, 1);
            long before = target.calls();

            centre.admin().pause();
            target.awaitCalls(before + 1);
            assertGoesFirst(first, target, before);

            long now = target.calls();
            Group second = new Group("modest", "second", target).add(modest, 1);
            assertGoesFirst(second, target, now);
            Reply cancelled = greedy.cancel(ManagerClient.group("greedy", "crowd"));
            assertThat(cancelled.at("/count/total").intValue()).isEqualTo(CROWD);
        }
    }

    private static void assertGoesFirst(Group one, Target target, long before) {
        String id = one.ids().iterator().next();
        await().atMost(Group.PATIENCE).until(() -> target.calls(id) == 1);
        assertThat(target.order().indexOf(id) - before).isLessThan(IN_HAND);
        one.assertFinished(one.awaitEnds(modest).values());
    }

    @Test
    void aTargetThatHangsHoldsUpNoOther() {
        try (Target dead = Target.quick();
                Target fine = Target.quick()) {
            dead.hold();
            Group stuck = new Group("greedy", "stuck", dead).add(greedy, 500);
            dead.awaitCalls(1);

            Group own = new Group("greedy", "own", fine).add(greedy, 500);
            Group foreign = new Group("modest", "foreign", fine).add(modest, 500);

            own.assertFinished(own.awaitEnds(greedy).values());
            foreign.assertFinished(foreign.awaitEnds(modest).values());
            assertThat(stuck.ended(greedy)).isEmpty();
            dead.release();
            stuck.assertFinished(stuck.awaitEnds(greedy).values());
            dead.assertOneKeyEach(stuck.ids());
        }
    }
}

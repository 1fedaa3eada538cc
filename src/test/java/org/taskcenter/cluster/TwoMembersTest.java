package org.taskcenter.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.dispatch.Cancellation.Effect;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Between;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.ScriptedRunner;

/** Two members on one PostgreSQL: what each does for the other, and what happens where one of them fails. */
class TwoMembersTest extends MembersStage {
    @Test
    void shareTheWork() throws Exception {
        Member one = join("one");
        Member two = join("two");
        one.runner().block();
        two.runner().block();

        one.submit(tasks(60));

        // Neither has room for all of them in one lane.
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(one.runner().underWay()).isNotEmpty();
            assertThat(two.runner().underWay()).isNotEmpty();
        });
        one.runner().release();
        two.runner().release();
        awaitEnds(60);
        Set<Long> of = ids(one.runner().begun());
        of.retainAll(ids(two.runner().begun()));
        assertThat(of).as("tasks that both began").isEmpty();
    }

    @Test
    void aFrozenMemberLosesItsWorkAndItsLateResultsAreRefused() throws Exception {
        Member frozen = join("frozen");
        occupy(frozen, 10);
        Member other = join("other");
        long incarnation = frozen.id();

        frozen.freeze();
        awaitEnds(10);
        assertThat(other.runner().begun()).hasSize(10).allMatch(claim -> claim.epoch() == 3 && claim.attempt() == 2);
        assertThat(cluster.column("select state from member where id = " + incarnation))
                .containsExactly("dead");

        // Its work comes to its end only now, as one who was stopped believes.
        frozen.runner().release();
        other.submit(task("while-frozen"));
        frozen.thaw();
        await().atMost(PATIENCE).until(() -> frozen.id() != incarnation && frozen.isHealthy());
        pause(other);
        frozen.submit(task("anew"));

        awaitEnds(12);
        await().atMost(PATIENCE).until(() -> frozen.runner().begun().size() == 11);
        assertThat(cluster.column("select distinct outcome from attempt where task_id in"
                        + " (select id from task where client_id like 'n%') order by 1"))
                .containsExactly("done", "interrupted");
        assertThat(cluster.number("select count(*) from attempt where outcome = 'done'"))
                .isEqualTo(12);
        assertThat(cluster.number(
                        "select max(attempt.member) from attempt join task on id = task_id where client_id = 'anew'"))
                .isEqualTo(frozen.id());
    }

    @Test
    void aThawedMemberClaimsNothingUnderItsOldName() throws Exception {
        Member frozen = join("frozen");
        Member other = join("other");
        long incarnation = frozen.id();
        frozen.freeze();
        await().atMost(PATIENCE)
                .until(() -> cluster.column("select state from member where id = " + incarnation)
                        .equals(List.of("dead")));
        other.runner().block();
        other.submit(tasks(200));

        frozen.thaw();

        await().atMost(PATIENCE).until(() -> !frozen.runner().begun().isEmpty());
        assertThat(frozen.id()).isNotEqualTo(incarnation);
        assertThat(cluster.number("select count(*) from attempt where member = " + incarnation))
                .isZero();
        assertThat(cluster.tasks("member = " + incarnation)).isZero();
        other.runner().release();
        awaitEnds(200);
    }

    @Test
    void aMemberStopsWhatItLost() throws Exception {
        Member member = join("member");
        occupy(member, 10);
        long incarnation = member.id();
        join("other");

        // Taken for dead, although it has not been silent for long.
        cluster.execute("update member set state = 'dead' where id = " + incarnation);

        await().atMost(PATIENCE).until(() -> member.runner().stops().size() == 10);
        assertThat(member.runner().stops()).containsOnly(Why.INTERRUPTED);
        member.runner().release();
        awaitEnds(10);
        assertThat(member.id()).isNotEqualTo(incarnation);
        assertThat(cluster.tasks("interruptions = 1 and attempt = 2")).isEqualTo(10);
    }

    /** Ten are claimed by the statement that stores them; forty are more than a lane gets at once, so they wait for a claim. */
    @ParameterizedTest
    @CsvSource({"add, 10", "claim, 40"})
    void whatWasClaimedBeforeAFreezeIsNotBegunAfterIt(String statement, int tasks) throws Exception {
        CountDownLatch frozen = new CountDownLatch(1);
        CountDownLatch claimed = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        Member member = cluster.join(
                "member",
                Options.of(new ScriptedRunner(KIND))
                        .queue(queue -> Between.of(queue, statement, call -> {
                            Object answer = call.proceed();
                            if (claims(answer) > 0 && first.getAndSet(false)) {
                                claimed.countDown();
                                frozen.await();
                            }
                            return answer;
                        })));
        long incarnation = member.id();
        // Whether it knows the queue already decides who claims.
        await().atMost(PATIENCE).until(() -> member.looks() > 0);
        CompletableFuture<Void> submitted = CompletableFuture.runAsync(() -> submit(member, tasks));
        assertThat(claimed.await(30, SECONDS)).isTrue();
        Member other = join("other");

        // The claim is stored; its answer reaches the dispatcher only when others have taken over.
        cluster.execute("update member set state = 'dead' where id = " + incarnation);
        awaitEnds(tasks);
        await().atMost(PATIENCE).until(() -> member.id() != incarnation);
        frozen.countDown();
        submitted.join();
        pause(other);
        member.submit(task("anew"));

        awaitEnds(tasks + 1);
        // What was put back it may have claimed anew, which is another claim.
        assertThat(member.runner().begun())
                .filteredOn(claim -> claim.epoch() == 1)
                .extracting(Claim::clientId)
                .containsExactly("anew");
    }

    private static void submit(Member member, int tasks) {
        try {
            member.submit(tasks(tasks));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aShortFreezeCostsNothing() throws Exception {
        Member frozen = join("frozen");
        Member other = join("other");
        pause(other);
        occupy(frozen, 10);
        long incarnation = frozen.id();

        frozen.freeze();
        long looks = other.looks();
        await().atMost(PATIENCE).until(() -> other.looks() > looks);
        frozen.thaw();
        frozen.runner().release();

        awaitEnds(10);
        assertThat(frozen.id()).isEqualTo(incarnation);
        assertThat(frozen.runner().begun()).hasSize(10);
        assertThat(other.runner().begun()).isEmpty();
    }

    @Test
    void aMemberThatIsCutOffStopsItsWorkBeforeOthersTakeIt() throws Exception {
        stopsItsWorkBeforeOthersTakeIt(Member::cutOff);
    }

    @Test
    void aMemberWhoseDatabaseIsSilentStopsItsWorkBeforeOthersTakeIt() throws Exception {
        stopsItsWorkBeforeOthersTakeIt(Member::silence);
    }

    private void stopsItsWorkBeforeOthersTakeIt(Consumer<Member> harm) throws Exception {
        Member cut = join("cut");
        occupy(cut, 10);
        Member other = join("other");
        AtomicInteger overlaps = new AtomicInteger();
        other.runner().play(claim -> {
            overlaps.addAndGet(cut.runner().underWay().size());
            return CompletableFuture.completedFuture(ScriptedRunner.succeeded(claim));
        });

        harm.accept(cut);

        awaitEnds(10);
        assertThat(overlaps).hasValue(0);
        assertThat(cut.runner().stops()).hasSize(10).containsOnly(Why.INTERRUPTED);
        assertThat(cut.isHealthy()).isFalse();
        cut.reconnect();
        cut.thaw();
        await().atMost(PATIENCE).until(cut::isHealthy);
    }

    @Test
    void aMemberThatStoppedItsWorkButKeptItsLeaseGoesOn() throws Exception {
        Member alone = join("alone");
        occupy(alone, 10);
        long incarnation = alone.id();

        // Nobody is there to declare it dead.
        alone.cutOff();
        await().atMost(PATIENCE).until(() -> alone.runner().stops().size() == 10);
        alone.runner().release();
        alone.reconnect();

        awaitEnds(10);
        assertThat(alone.id()).isEqualTo(incarnation);
        assertThat(cluster.number("select count(*) from attempt where outcome = 'interrupted'"))
                .isEqualTo(10);
        assertThat(cluster.tasks("rescues > 0")).isZero();
    }

    @Test
    void aRetiredPredecessorIsRescuedAtOnce() throws Exception {
        Member before = join("before");
        occupy(before, 10);
        before.cutOff();
        Member after = join("after");

        after.membership().retirePredecessor(before.id());

        awaitEnds(10);
        assertThat(after.runner().begun()).hasSize(10);
        assertThat(cluster.column("select state from member where id = " + before.id()))
                .as("nobody had to wait for the lease")
                .containsExactly("retired");
    }

    @Test
    void aNotificationWakesTheOther() throws Exception {
        AtomicBoolean blind = new AtomicBoolean();
        Member teller = cluster.join("teller", Options.of(new ScriptedRunner("other")));
        Member hearer =
                cluster.join("hearer", Options.of(new ScriptedRunner(KIND)).queue(queue -> blindWhere(queue, blind)));
        teller.submit(task("makes-the-lane-known"));
        awaitEnds(1);
        // From now on it finds nothing by looking around: what it does it was told of.
        blind.set(true);
        await().atMost(PATIENCE).until(() -> !teller.membership().isAlone());

        for (int i = 0; i < 5; i++) {
            teller.submit(task("told-" + i));
            awaitEnds(2 + i);
        }
        assertThat(hearer.runner().begun()).hasSize(6);
    }

    /** A queue in which nothing is found by looking around. */
    private static Queue blindWhere(Queue queue, AtomicBoolean blind) {
        return Between.of(queue, "backlog", call -> blind.get() ? List.of() : call.proceed());
    }

    @Test
    void whatIsTakenUnderTheEyesOfTheClientIsStopped() throws Exception {
        Member here = cluster.join("here", Options.of(new ScriptedRunner("other")));
        Member there = join("there");
        there.runner().block();
        here.submit(tasks(3));
        await().atMost(PATIENCE).until(() -> there.runner().underWay().size() == 3);
        List<Long> running = ids(there.runner().underWay()).stream().sorted().toList();

        assertThat(here.cancel(false, running.get(0))).isEmpty();
        assertThat(here.cancel(true, running.get(0), running.get(1)))
                .containsOnlyKeys(running.get(0), running.get(1))
                .containsValue(Effect.STOPPING)
                .doesNotContainValue(Effect.CANCELLED);

        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'cancelled'") == 2);
        assertThat(there.runner().stops()).containsOnly(Why.CANCELLED);
        there.runner().release();
        awaitEnds(3);
        assertThat(cluster.tasks("state = 'succeeded'")).isEqualTo(1);
    }

    @Test
    void aTaskThatKillsItsMembersEndsAsFailed() throws Exception {
        for (int i = 1; i <= 3; i++) {
            Member doomed = join("doomed-" + i);
            doomed.runner().block();
            if (i == 1) {
                doomed.submit(task("killer"));
            }
            await().atMost(PATIENCE).until(() -> doomed.runner().underWay().size() == 1);
            doomed.cutOff();
            cluster.execute("update member set state = 'dead' where id = " + doomed.id());
        }
        join("survivor");

        awaitEnds(1);
        assertThat(cluster.tasks("state = '" + TaskState.FAILED.word() + "' and rescues = 3"))
                .isEqualTo(1);
    }

    private static Set<Long> ids(List<Claim> claims) {
        return new HashSet<>(claims.stream().map(Claim::id).collect(toSet()));
    }
}

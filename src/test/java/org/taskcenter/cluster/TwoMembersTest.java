package org.taskcenter.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.dispatch.Cancellation.Effect;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Between;
import org.taskcenter.testing.Cluster;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.ScriptedRunner;

/** Two members on one PostgreSQL: what each does for the other, and what happens where one of them fails. */
class TwoMembersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KIND = "call";

    private Cluster cluster;

    @BeforeEach
    void begin() throws SQLException {
        cluster = new Cluster(PostgresServer.shared());
    }

    @AfterEach
    void everyTaskEndedOnce() {
        try {
            assertThat(cluster.oddEnds()).isEmpty();
        } finally {
            cluster.close();
        }
    }

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
        frozen.runner().block();
        frozen.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> frozen.runner().underWay().size() == 10);
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
        member.runner().block();
        member.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> member.runner().underWay().size() == 10);
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
        frozen.runner().block();
        frozen.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> frozen.runner().underWay().size() == 10);
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
        cut.runner().block();
        cut.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> cut.runner().underWay().size() == 10);
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
        alone.runner().block();
        alone.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> alone.runner().underWay().size() == 10);
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
        before.runner().block();
        before.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> before.runner().underWay().size() == 10);
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

    @ParameterizedTest
    @CsvSource({"add, 10", "claim, 40"})
    void aClaimWhoseAnswerWasLostIsPutBackAndDone(String statement, int tasks) throws Exception {
        AtomicInteger lost = new AtomicInteger();
        Member member = cluster.join(
                "member",
                Options.of(new ScriptedRunner(KIND))
                        .queue(queue -> Between.of(queue, statement, call -> {
                            Object answer = call.proceed();
                            if (claims(answer) > 0 && lost.compareAndSet(0, claims(answer))) {
                                throw new SQLException("the line broke", "08006");
                            }
                            return answer;
                        })));
        await().atMost(PATIENCE).until(() -> member.looks() > 0);

        // Who hands them in may not be told that they are stored.
        assertThat(catchThrowable(() -> member.submit(tasks(tasks))))
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isNull(),
                        thrown -> assertThat(thrown).hasMessage("the line broke"));

        awaitEnds(tasks);
        assertThat(lost).hasPositiveValue();
        assertThat(cluster.tasks("attempt = 1 and epoch = 2")).isEqualTo(lost.get());
        assertThat(cluster.number("select count(*) from attempt")).isEqualTo(tasks);
    }

    /** How many claims an answer of the queue holds. */
    private static int claims(Object answer) {
        return answer instanceof TaskState[] states
                ? Collections.frequency(Arrays.asList(states), TaskState.RUNNING)
                : ((List<?>) answer).size();
    }

    @Test
    void drainPutsBackWhatIsUnderWay() throws Exception {
        Member leaving = join("leaving");
        leaving.runner().block();
        leaving.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> leaving.runner().underWay().size() == 10);

        leaving.drain(Duration.ofMillis(50));

        assertThat(cluster.tasks("state = 'waiting' and interruptions = 1 and rescues = 0"))
                .isEqualTo(10);
        assertThat(cluster.column("select state from member where id = " + leaving.id()))
                .containsExactly("retired");
        join("staying");
        awaitEnds(10);
    }

    @Test
    void drainWaitsForWhatComesToItsEnd() throws Exception {
        Member leaving = join("leaving");
        leaving.runner().block();
        leaving.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> leaving.runner().underWay().size() == 10);
        Thread drain = new Thread(() -> {
            try {
                leaving.drain(PATIENCE);
            } catch (InterruptedException | SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        drain.start();
        leaving.submit(task("late"));
        leaving.runner().release();
        drain.join();

        assertThat(cluster.tasks("state = 'succeeded' and client_id like 'n%'")).isEqualTo(10);
        assertThat(leaving.runner().begun()).noneMatch(claim -> claim.attempt() > 1);
    }

    @Test
    void aLaneThatHangsHoldsUpNoOther() throws Exception {
        Member member = join("member");
        member.runner()
                .play(claim -> claim.clientId().startsWith("hang")
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture(ScriptedRunner.succeeded(claim)));
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            drafts.add(draft("a", "stuck.example", "hang-" + i));
        }
        member.submit(drafts);
        await().atMost(PATIENCE).until(() -> !member.runner().underWay().isEmpty());

        member.submit(IntStream.range(0, 300)
                .mapToObj(i -> draft("a", "fine.example", "n" + i))
                .toList());

        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'succeeded'") == 300);
        member.runner().release();
        awaitEnds(800);
    }

    @Test
    void oneTaskComesBeforeAHundredThousandOfAnother() throws Exception {
        Member member =
                cluster.join("member", Options.of(new ScriptedRunner(KIND)).most(50));
        pause(member);
        for (int i = 0; i < 20; i++) {
            String round = "r" + i + "-";
            member.submit(IntStream.range(0, 5_000)
                    .mapToObj(n -> draft("greedy", "x", round + n))
                    .toList());
        }
        member.submit(draft("modest", "y", "one"));
        member.runner().block();

        member.pause();

        await().atMost(PATIENCE)
                .until(() -> member.runner().begun().stream()
                        .anyMatch(claim -> claim.client().equals("modest")));
        // The window of a new lane is 16 tasks wide: the one was among the first that were claimed at all.
        assertThat(member.runner().begun().size()).isLessThanOrEqualTo(17);
        cluster.execute("delete from task where state = 'waiting'");
        member.runner().release();
    }

    @Test
    void pausedKindsWaitAndUnknownOnesAreLeftAlone() throws Exception {
        ScriptedRunner calls = new ScriptedRunner(KIND);
        ScriptedRunner pushes = new ScriptedRunner("push");
        Member member = cluster.join("member", Options.of(calls, pushes));
        member.pause("push");
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > looks);

        member.submit(
                new Draft("push", "a", "p", null, "x", 0, Duration.ZERO),
                new Draft("unheard-of", "a", "u", null, "x", 0, Duration.ZERO),
                task("c"));

        awaitEnds(1);
        int seen = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > seen + 1);
        assertThat(pushes.begun()).isEmpty();
        member.pause();
        awaitEnds(2);
        assertThat(cluster.column("select client_id from task where state = 'waiting'"))
                .containsExactly("u");
    }

    @Test
    void aResultThatCannotBeStoredEndsAlone() throws Exception {
        Member member = join("member");
        member.runner().block();
        member.submit(tasks(10));
        await().atMost(PATIENCE).until(() -> member.runner().underWay().size() == 10);
        // All of them fall into as few groups as can be.
        Claim bad = member.runner().underWay().get(4);
        member.runner().play(claim -> CompletableFuture.completedFuture(ScriptedRunner.poison(claim)));
        member.submit(draft("a", "y", "bad-too"));
        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'failed'") == 1);
        assertThat(bad.id()).isPositive();
        member.runner().release();

        awaitEnds(11);
        assertThat(cluster.column("select client_id from task where state = 'failed'"))
                .containsExactly("bad-too");
        assertThat(cluster.tasks("state = 'succeeded'")).isEqualTo(10);
        assertThat(cluster.column("select body from attempt join task on id = task_id where state = 'failed'"))
                .containsExactly("The result could not be stored.");
    }

    @Test
    void anEndThatCannotBeStoredHoldsUpNoOther() throws Exception {
        Member member = join("member");
        member.atEnds((connection, ended) -> {
            if (ended.stream().anyMatch(each -> each.client().equals("cursed"))) {
                throw new IllegalStateException("this client's ends cannot be stored");
            }
            return Ending.NOTHING_MORE;
        });
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            drafts.add(draft(i == 20 ? "cursed" : "c" + i % 7, "x", "n" + i));
        }
        member.runner().block();
        member.submit(drafts);
        await().atMost(PATIENCE).until(() -> member.runner().underWay().size() == 50);
        member.runner().release();

        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'succeeded'") == 49);
        await().atMost(PATIENCE).until(() -> cluster.tasks("state = 'waiting' and run_at > now()") == 1);
        cluster.execute("insert into ending select id, generation, state from task where state = 'succeeded'");
    }

    @Test
    void theDatabaseMayGoAwayAndComeBack() throws Exception {
        try (PostgresServer server = new PostgresServer().start();
                Cluster own = new Cluster(server)) {
            Member one = own.join("one", Options.of(new ScriptedRunner(KIND)));
            Member two = own.join("two", Options.of(new ScriptedRunner(KIND)));
            one.runner().block();
            two.runner().block();
            one.submit(tasks(60));
            await().atMost(PATIENCE)
                    .until(() -> one.runner().underWay().size() > 0
                            && two.runner().underWay().size() > 0);
            List<Long> incarnations = List.of(one.id(), two.id());
            int mine = one.runner().underWay().size();

            server.stop(PostgresServer.Stop.IMMEDIATE);
            // These results come while there is nobody to take them.
            one.runner().release();
            await().atMost(PATIENCE).until(() -> !one.isHealthy() && !two.isHealthy());
            server.start();
            two.runner().release();

            await().atMost(PATIENCE)
                    .until(() -> own.tasks("state = 'succeeded'") == 60 && one.isHealthy() && two.isHealthy());
            assertThat(own.oddEnds()).isEmpty();
            assertThat(List.of(one.id(), two.id())).isEqualTo(incarnations);
            assertThat(own.tasks("rescues > 0")).isZero();
            assertThat(mine).isPositive();
            one.submit(task("afterwards"));
            await().atMost(PATIENCE).until(() -> own.tasks("state = 'succeeded'") == 61);
        }
    }

    @Test
    void theDatabaseMayHang() throws Exception {
        try (PostgresServer server = new PostgresServer().start();
                Cluster own = new Cluster(server)) {
            Member one = own.join("one", Options.of(new ScriptedRunner(KIND)));
            Member two = own.join("two", Options.of(new ScriptedRunner(KIND)));
            one.runner().block();
            two.runner().block();
            one.submit(tasks(60));
            await().atMost(PATIENCE)
                    .until(() -> one.runner().underWay().size() > 0
                            && two.runner().underWay().size() > 0);
            List<Long> incarnations = List.of(one.id(), two.id());

            server.freeze();
            await().atMost(PATIENCE).until(() -> !one.isHealthy() && !two.isHealthy());
            await().atMost(PATIENCE)
                    .until(() -> one.runner().underWay().isEmpty()
                            && two.runner().underWay().isEmpty());
            one.runner().release();
            two.runner().release();
            server.thaw();

            await().atMost(PATIENCE)
                    .until(() -> own.tasks("state = 'succeeded'") == 60 && one.isHealthy() && two.isHealthy());
            assertThat(own.oddEnds()).isEmpty();
            assertThat(List.of(one.id(), two.id())).isEqualTo(incarnations);
            assertThat(own.tasks("rescues > 0")).isZero();
        }
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

    private Member join(String name) throws SQLException {
        return cluster.join(name, Options.of(new ScriptedRunner(KIND)));
    }

    private static void pause(Member member) {
        member.pause(KIND);
        int looks = member.looks();
        await().atMost(PATIENCE).until(() -> member.looks() > looks + 1);
    }

    private void awaitEnds(int tasks) {
        await().atMost(PATIENCE).until(() -> cluster.number("select count(*) from ending") == tasks);
    }

    private static List<Draft> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> task("n" + i)).toList();
    }

    private static Draft task(String name) {
        return draft("a", "x", name);
    }

    private static Draft draft(String client, String target, String name) {
        return new Draft(KIND, client, name, null, target, 0, Duration.ZERO);
    }

    private static Set<Long> ids(List<Claim> claims) {
        return new HashSet<>(claims.stream().map(Claim::id).collect(toSet()));
    }
}

package org.taskcenter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ending;
import org.taskcenter.testing.Between;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.ScriptedRunner;

/** A member of a cluster at its work: whom it prefers, what it leaves alone, what it does not lose. */
class MemberAtWorkTest extends MembersStage {
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

    @Test
    void drainPutsBackWhatIsUnderWay() throws Exception {
        Member leaving = join("leaving");
        occupy(leaving, 10);

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
        occupy(leaving, 10);
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
        occupy(member, 10);
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
}

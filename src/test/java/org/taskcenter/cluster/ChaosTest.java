package org.taskcenter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskcenter.dispatch.Cancellation.Effect;
import org.taskcenter.dispatch.Intake;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Settlement;
import org.taskcenter.testing.Cluster;
import org.taskcenter.testing.Member;
import org.taskcenter.testing.Member.Options;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.ScriptedRunner;

/** Members are frozen, cut off and replaced while tasks succeed, fail, hang and are cancelled: each task ends exactly once. */
class ChaosTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int ROUNDS = 8;
    private static final int TASKS_A_ROUND = 250;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<Member> members = new ArrayList<>();
    private final Map<Long, Effect> cancelled = new TreeMap<>();
    private int joined;

    @Test
    void everyTaskEndsOnce() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            for (int i = 0; i < 3; i++) {
                members.add(join(cluster));
            }
            for (int round = 0; round < ROUNDS; round++) {
                submit(round);
                harm(cluster);
                cancelSome(cluster);
            }
            members.forEach(Member::thaw);
            members.forEach(Member::reconnect);

            await().atMost(PATIENCE).until(() -> cluster.tasks("state in ('waiting', 'running')") == 0);

            String why = "seed " + seed;
            assertThat(cluster.oddEnds()).as(why).isEmpty();
            assertThat(cluster.tasks("true")).as(why).isGreaterThan(ROUNDS * TASKS_A_ROUND / 2);
            assertThat(cluster.tasks("state = 'succeeded'")).as(why).isPositive();
            assertThat(cluster.tasks("state = 'failed'")).as(why).isPositive();
            for (Map.Entry<Long, Effect> each : cancelled.entrySet()) {
                if (each.getValue() == Effect.CANCELLED) {
                    assertThat(cluster.column("select state from task where id = " + each.getKey()))
                            .as(why)
                            .containsExactly("cancelled");
                }
            }
            assertThat(cluster.column("select task_id from attempt join task on id = task_id"
                            + " group by task_id having count(*) <> max(number) or max(number) <> max(task.attempt)"))
                    .as("attempts are numbered without a gap, %s", why)
                    .isEmpty();
            for (Member member : members) {
                await().atMost(PATIENCE).until(() -> member.dispatcher().running() == 0);
                await().atMost(PATIENCE).until(() -> member.connectionsInUse() == 0);
            }
        }
    }

    private Member join(Cluster cluster) throws SQLException {
        ScriptedRunner runner = new ScriptedRunner("call", this::play);
        return cluster.join("member-" + ++joined, Options.of(runner));
    }

    /** What comes of a task is decided by its number and by how often it was claimed. */
    private CompletableFuture<Settlement> play(Claim claim) {
        Random dice = new Random(claim.id() * 31 + claim.epoch());
        int cast = dice.nextInt(100);
        CompletableFuture<Settlement> end = new CompletableFuture<>();
        if (cast < 50) {
            end.complete(ScriptedRunner.succeeded(claim));
        } else if (cast < 70) {
            later(dice, 100).execute(() -> end.complete(ScriptedRunner.succeeded(claim)));
        } else if (cast < 85 && claim.countedAttempt() < 4) {
            end.complete(ScriptedRunner.again(claim, Duration.ofMillis(dice.nextInt(200))));
        } else if (cast < 90) {
            end.complete(ScriptedRunner.failed(claim));
        } else if (cast < 92) {
            end.complete(ScriptedRunner.poison(claim));
        } else {
            later(dice, 3_000).execute(() -> end.complete(ScriptedRunner.succeeded(claim)));
        }
        return end;
    }

    private static Executor later(Random dice, int most) {
        return CompletableFuture.delayedExecutor(dice.nextInt(most), TimeUnit.MILLISECONDS);
    }

    private void submit(int round) {
        List<Draft> drafts = IntStream.range(0, TASKS_A_ROUND)
                .mapToObj(i -> new Draft(
                        "call",
                        "client-" + random.nextInt(4),
                        round + "-" + i,
                        null,
                        "target-" + random.nextInt(5),
                        random.nextInt(3) - 1,
                        Duration.ofMillis(random.nextInt(5) == 0 ? random.nextInt(500) : 0)))
                .toList();
        for (int from = 0; from < drafts.size(); from += 25) {
            List<Draft> some = drafts.subList(from, from + 25);
            // A member that is cut off says no, and the client asks another one; it may have been stored all the same.
            assertThat(members.stream().filter(Member::isHealthy).anyMatch(member -> accepts(member, some)))
                    .isTrue();
        }
    }

    private static boolean accepts(Member member, List<Draft> drafts) {
        try {
            member.submit(drafts);
            return true;
        } catch (SQLException | Intake.Overload e) {
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One member is never harmed, so that clients have somebody to turn to. */
    private void harm(Cluster cluster) throws SQLException {
        int victim = 1 + random.nextInt(members.size() - 1);
        Member member = members.get(victim);
        long incarnation = member.id();
        switch (random.nextInt(4)) {
            case 0 -> {
                member.freeze();
                awaitDeath(cluster, incarnation);
                member.thaw();
                await().atMost(PATIENCE).until(member::isHealthy);
            }
            case 1 -> {
                member.freeze();
                int looks = members.get(0).looks();
                await().atMost(PATIENCE).until(() -> members.get(0).looks() > looks);
                member.thaw();
                await().atMost(PATIENCE).until(member::isHealthy);
            }
            case 2 -> {
                member.cutOff();
                members.set(victim, join(cluster));
                awaitDeath(cluster, incarnation);
            }
            default -> {
                member.cutOff();
                int looks = members.get(0).looks();
                await().atMost(PATIENCE).until(() -> members.get(0).looks() > looks);
                member.reconnect();
                await().atMost(PATIENCE).until(member::isHealthy);
            }
        }
    }

    private static void awaitDeath(Cluster cluster, long incarnation) {
        await().atMost(PATIENCE)
                .until(() -> cluster.column("select state from member where id = " + incarnation)
                        .equals(List.of("dead")));
    }

    private void cancelSome(Cluster cluster) throws SQLException {
        Long[] some = cluster.column("select id from task order by random() limit 25").stream()
                .map(Long::valueOf)
                .toArray(Long[]::new);
        members.get(0).cancel(random.nextBoolean(), some).forEach((task, effect) -> {
            if (cancelled.put(task, effect) == Effect.CANCELLED) {
                throw new AssertionError("task " + task + " was cancelled twice, seed " + seed);
            }
        });
    }
}

package org.taskcenter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;

/** How every queue gives tasks to members and takes their results. */
abstract class SettlingContract extends StoringContract {
    @Test
    void claimsWhatIsDueInOrder() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3", "4"));
        execute("update task set run_at = run_at - interval '5' second where client_id = '3'");
        execute("update task set run_at = run_at + interval '1' hour where client_id = '2'");

        List<Claim> first = claim(lane, 2);
        List<Claim> rest = claim(lane, 10);

        assertThat(first).extracting(Claim::clientId).containsExactlyInAnyOrder("3", "1");
        assertThat(rest).extracting(Claim::clientId).containsExactly("4");
        assertThat(claim(lane, 10)).isEmpty();
        assertThat(column("select client_id from task where state = 'waiting'")).containsExactly("2");
    }

    @Test
    void tellsAllOfAClaim() throws SQLException {
        int lane = lane("a", "x");
        add(lane, List.of(new Draft(KIND, "a", "1", null, "x", 4, Duration.ZERO)));
        execute("update task set run_at = run_at - interval '5' second, due_at = due_at - interval '60' second");

        Claim claim = claim(lane, 4, 1).get(0);

        assertThat(claim)
                .usingRecursiveComparison()
                .ignoringFields("waited", "age")
                .isEqualTo(new Claim(id("1"), KIND, "a", "1", lane, 4, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO));
        assertThat(claim.waited()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(50));
        assertThat(claim.age()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(110));
        assertThat(rows("select state, member, epoch, attempt from task"))
                .containsExactly(row("running", member, 1, 1));
        assertThat(count("started_at is not null and ended_at is null")).isEqualTo(1);
    }

    @Test
    void claimsNoMoreThanTheShareOfEachLaneAndPriority() throws SQLException {
        int one = lane("a", "x");
        int two = lane("b", "x");
        add(
                one,
                IntStream.range(0, 20)
                        .mapToObj(i -> draft("a", i % 2, Duration.ZERO))
                        .toList());
        add(
                two,
                IntStream.range(0, 20)
                        .mapToObj(i -> draft("b", 0, Duration.ZERO))
                        .toList());

        List<Claim> claims = claim(new Share(one, 1, 3), new Share(one, 0, 2), new Share(two, 0, 30));

        assertThat(claims.stream().filter(each -> each.lane() == one && each.priority() == 1))
                .hasSize(3);
        assertThat(claims.stream().filter(each -> each.lane() == one && each.priority() == 0))
                .hasSize(2);
        assertThat(claims.stream().filter(each -> each.lane() == two)).hasSize(20);
    }

    @Test
    void givesConcurrentClaimersDifferentTasks() throws Exception {
        int lane = lane("a", "x");
        long other = join();
        for (int round = 0; round < 15; round++) {
            String name = "r" + round + "-";
            add(lane, many(60, name));
            List<List<Claim>> claims =
                    atOnce(4, number -> claimAs(number % 2 == 0 ? member : other, new Share(lane, 0, 20)));
            List<Claim> all = claims.stream().flatMap(List::stream).toList();
            assertThat(all).extracting(Claim::id).doesNotHaveDuplicates();
            assertThat(all.size()).isLessThanOrEqualTo(60);
            while (!claimAs(member, new Share(lane, 0, 20)).isEmpty()) {
                assertThat(all.size()).isPositive();
            }
            assertThat(count("state = 'running' and epoch = 1")).isEqualTo(60 * (round + 1));
        }
    }

    @Test
    void givesNothingToAMemberThatIsNotAlive() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));

        assertThat(claimAs(4_711, new Share(lane, 0, 1))).isEmpty();
        for (String state : List.of("dead", "retired")) {
            execute("update member set state = '" + state + "'");
            assertThat(claimAs(member, new Share(lane, 0, 1))).isEmpty();
        }

        assertThat(claimAs(join(), new Share(lane, 0, 1))).hasSize(1);
    }

    @Test
    void countsClaimsUp() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        for (int time = 1; time <= 3; time++) {
            Claim claim = claim(lane, 1).get(0);
            assertThat(claim.epoch()).isEqualTo(time);
            assertThat(claim.attempt()).isEqualTo(time);
            settle(Settlement.again(claim, attempt(Attempt.Outcome.BROKEN), Duration.ZERO));
        }
    }

    @Test
    void settlesSuccess() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        Claim claim = claim(lane, 1).get(0);

        Settled settled = settle(Settlement.ended(
                claim,
                TaskState.SUCCEEDED,
                new Attempt(Attempt.Outcome.DONE, 201, "made", false, Duration.ofMillis(12))));

        assertThat(settled.now()).containsExactly(TaskState.SUCCEEDED);
        assertThat(settled.ended()).containsExactly(new Ended(claim.id(), KIND, "a", 1, TaskState.SUCCEEDED));
        assertThat(rows("select state, member, epoch, attempt, interruptions from task"))
                .containsExactly(row("succeeded", null, 1, 1, 0));
        assertThat(count("ended_at is not null")).isEqualTo(1);
        assertThat(rows("select task_id, generation, number, member, outcome, code, body, truncated, took_ms, next_at"
                        + " from attempt"))
                .containsExactly(row(claim.id(), 1, 1, member, "done", 201, "made", false, 12, null));
    }

    @Test
    void settlesEveryEnd() throws SQLException {
        int lane = lane("a", "x");
        List<TaskState> ends = List.of(TaskState.SUCCEEDED, TaskState.FAILED, TaskState.PARTLY, TaskState.CANCELLED);
        add(lane, drafts("a", "x", "1", "2", "3", "4"));
        List<Claim> claims = claim(lane, 4);

        Settled settled = settle(IntStream.range(0, 4)
                .mapToObj(i -> ended(claims.get(i), ends.get(i)))
                .toArray(Settlement[]::new));

        assertThat(settled.now()).containsExactlyElementsOf(ends);
        assertThat(settled.ended()).extracting(Ended::state).containsExactlyInAnyOrderElementsOf(ends);
    }

    @Test
    void putsATaskBackInLineForLater() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        Claim claim = claim(lane, 1).get(0);

        Settled settled = settle(Settlement.again(claim, attempt(Attempt.Outcome.REFUSED), LATER));

        assertThat(settled.now()).containsExactly(TaskState.WAITING);
        assertThat(settled.ended()).isEmpty();
        assertThat(claim(lane, 1)).isEmpty();
        assertThat(count("state = 'waiting' and member is null and ended_at is null"
                        + " and run_at > current_timestamp + interval '59' minute and due_at < current_timestamp"))
                .isEqualTo(1);
        assertThat(column("select count(*) from attempt join task on id = task_id where next_at = run_at"))
                .containsExactly("1");
    }

    @Test
    void anUntouchedTaskIsAsIfItHadNotBeenClaimed() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        settle(Settlement.untouched(claim(lane, 1).get(0)));

        assertThat(column("select count(*) from attempt")).containsExactly("0");
        Claim again = claim(lane, 1).get(0);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.interruptions()).isZero();
        assertThat(again.epoch()).isEqualTo(2);
    }

    @Test
    void anInterruptedAttemptIsKeptAndCountedApart() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        settle(Settlement.again(claim(lane, 1).get(0), attempt(Attempt.Outcome.INTERRUPTED), Duration.ZERO));

        Claim again = claim(lane, 1).get(0);

        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.interruptions()).isEqualTo(1);
        assertThat(again.countedAttempt()).isEqualTo(1);
        assertThat(rows("select number, outcome from attempt")).containsExactly(row(1, "interrupted"));
    }

    @Test
    void keepsEveryAttemptWithItsNumber() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        settle(Settlement.again(claim(lane, 1).get(0), attempt(Attempt.Outcome.BROKEN), Duration.ZERO));
        settle(Settlement.untouched(claim(lane, 1).get(0)));
        settle(Settlement.again(claim(lane, 1).get(0), attempt(Attempt.Outcome.REFUSED), Duration.ZERO));
        settle(Settlement.ended(claim(lane, 1).get(0), TaskState.SUCCEEDED, attempt(Attempt.Outcome.DONE)));

        assertThat(rows("select number, outcome from attempt order by number"))
                .containsExactly(row(1, "broken"), row(2, "refused"), row(3, "done"));
        assertThat(column("select count(*) from attempt where next_at is null")).containsExactly("1");
    }

    @Test
    void refusesASettlementWhoseClaimIsOver() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3"));
        List<Claim> claims = claim(lane, 3);
        Claim lost = claims.get(0);
        Claim over = claims.get(1);
        Claim stands = claims.get(2);
        settle(Settlement.again(lost, attempt(Attempt.Outcome.BROKEN), Duration.ZERO));
        Claim newer = claim(lane, 1).get(0);
        settle(ended(over, TaskState.SUCCEEDED));

        Settled settled = settle(
                ended(lost, TaskState.FAILED), ended(over, TaskState.FAILED), ended(stands, TaskState.SUCCEEDED));

        assertThat(settled.now()).containsExactly(null, null, TaskState.SUCCEEDED);
        assertThat(settled.ended()).extracting(Ended::id).containsExactly(stands.id());
        assertThat(state(lost.id())).isEqualTo("running");
        assertThat(state(over.id())).isEqualTo("succeeded");
        assertThat(settle(ended(newer, TaskState.SUCCEEDED)).now()).containsExactly(TaskState.SUCCEEDED);
        assertThat(column("select count(*) from attempt")).containsExactly("4");
    }

    @Test
    void refusesASettlementOfATaskThatWaits() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        Claim claim = claim(lane, 1).get(0);
        settle(Settlement.again(claim, attempt(Attempt.Outcome.BROKEN), Duration.ZERO));

        assertThat(settle(ended(claim, TaskState.SUCCEEDED)).now()).containsOnlyNulls();
        assertThat(state(claim.id())).isEqualTo("waiting");
    }

    @Test
    void takesTheFirstOfTwoSettlementsOfOneClaim() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2"));
        List<Claim> claims = claim(lane, 2);

        Settled settled = settle(
                ended(claims.get(0), TaskState.SUCCEEDED),
                ended(claims.get(1), TaskState.SUCCEEDED),
                ended(claims.get(0), TaskState.FAILED));

        assertThat(settled.now()).containsExactly(TaskState.SUCCEEDED, TaskState.SUCCEEDED, null);
        assertThat(settled.ended()).hasSize(2);
        assertThat(count("state = 'succeeded'")).isEqualTo(2);
        assertThat(column("select count(*) from attempt")).containsExactly("2");
    }

    @Test
    void takesTheOneOfTwoClaimsOfATaskThatStands() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        Claim old = claim(lane, 1).get(0);
        settle(Settlement.untouched(old));
        Claim present = claim(lane, 1).get(0);

        Settled settled = settle(ended(old, TaskState.FAILED), ended(present, TaskState.SUCCEEDED));

        assertThat(settled.now()).containsExactly(null, TaskState.SUCCEEDED);
        assertThat(state(old.id())).isEqualTo("succeeded");
    }

    @Test
    void settlesABigGroup() throws SQLException {
        int lane = lane("a", "x");
        add(lane, many(1_000, "n"));
        List<Claim> claims = claim(lane, 1_000);
        assertThat(claims).hasSize(1_000);

        Settled settled = settle(
                claims.stream().map(claim -> ended(claim, TaskState.SUCCEEDED)).toArray(Settlement[]::new));

        assertThat(settled.now()).containsOnly(TaskState.SUCCEEDED);
        assertThat(settled.ended()).hasSize(1_000);
    }

    @Test
    void aTaskThatWasAskedToStopDoesNotGoBackToWaiting() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3"));
        List<Claim> claims = claim(lane, 3);
        askToStop(ids(claims));

        Settled settled = settle(
                Settlement.again(claims.get(0), attempt(Attempt.Outcome.STOPPED), LATER),
                ended(claims.get(1), TaskState.SUCCEEDED),
                Settlement.untouched(claims.get(2)));

        assertThat(settled.now()).containsExactly(TaskState.CANCELLED, TaskState.SUCCEEDED, TaskState.CANCELLED);
        assertThat(settled.ended()).hasSize(3);
        assertThat(count("ended_at is not null")).isEqualTo(3);
        assertThat(column("select count(*) from attempt where next_at is not null"))
                .containsExactly("0");
    }
}

package org.taskcenter.store;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;

/** What every queue does, whatever the database: what its other contracts say, and how tasks are stopped, sent and rescued. */
abstract class QueueContract extends SettlingContract {
    @Test
    void cancelsWhatWaitsAndNothingElse() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3"));
        Claim over = claim(lane, 1).get(0);
        settle(ended(over, TaskState.SUCCEEDED));
        Claim running = claim(lane, 1).get(0);
        long waiting = id("3");

        List<Ended> cancelled = cancel(List.of(waiting, running.id(), over.id(), 4_711_000_000L));

        assertThat(cancelled).containsExactly(new Ended(waiting, KIND, "a", 1, TaskState.CANCELLED));
        assertThat(count("state = 'cancelled' and ended_at is not null")).isEqualTo(1);
        assertThat(cancel(List.of(waiting))).isEmpty();
        assertThat(cancel(List.of())).isEmpty();
        assertThat(state(running.id())).isEqualTo("running");
    }

    @Test
    void endsWhatWaitsWithTheEndThatOthersTell() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2"));
        Claim running = claim(lane, 1).get(0);
        long waiting = id("2");

        assertThat(endWaiting(List.of(waiting, running.id()), TaskState.SUCCEEDED))
                .containsExactly(new Ended(waiting, KIND, "a", 1, TaskState.SUCCEEDED));

        assertThat(endWaiting(List.of(waiting), TaskState.FAILED)).isEmpty();
        assertThat(state(waiting)).isEqualTo("succeeded");
        assertThat(state(running.id())).isEqualTo("running");
        assertThat(count("ended_at is not null")).isEqualTo(1);
    }

    @Test
    void whatWaitsForItsPartsMayEndPartly() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));

        assertThat(endWaiting(List.of(id("1")), TaskState.PARTLY))
                .containsExactly(new Ended(id("1"), KIND, "a", 1, TaskState.PARTLY));

        assertThat(endWaiting(List.of(id("1")), TaskState.SUCCEEDED)).isEmpty();
        assertThat(state(id("1"))).isEqualTo("partly");
    }

    @Test
    void postponesWhatWaitsAndBringsItForward() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2"));
        Claim running = claim(lane, 1).get(0);
        long waiting = id("2");

        assertThat(postpone(List.of(running.id(), waiting), LATER)).containsExactly(waiting);
        assertThat(claim(lane, 2)).isEmpty();

        assertThat(postpone(List.of(waiting), Duration.ZERO)).containsExactly(waiting);
        assertThat(claim(lane, 2)).extracting(Claim::id).containsExactly(waiting);
    }

    /** What locks more than it takes reads more than it takes. */
    @Test
    void aClaimLocksWhatItTakesAndNothingElse() throws SQLException {
        int lane = lane("a", "x");
        add(lane, many(50, "n"));

        List<Long> left = database.transaction(connection -> {
            assertThat(queue.claim(connection, member, List.of(new Share(lane, 0, 5))))
                    .hasSize(5);
            return database.transaction(other -> SqlQueue.readIds(
                    other.prepareStatement("select id from task where state = 'waiting' for update skip locked")));
        });

        assertThat(left).hasSize(45);
    }

    @Test
    void whoCancelsAndWhoClaimsNeverBothGetATask() throws Exception {
        int lane = lane("a", "x");
        long other = join();
        for (int round = 0; round < 25; round++) {
            String name = "r" + round + "-";
            add(lane, many(30, name));
            List<Long> all = longs("select id from task where client_id like '" + name + "%' order by id");
            List<List<Long>> ends = atOnce(4, number -> switch (number) {
                case 0 -> cancel(all).stream().map(Ended::id).toList();
                case 1 -> {
                    List<Long> reversed = new ArrayList<>(all);
                    reversed.sort(comparing(each -> -each));
                    yield cancel(reversed).stream().map(Ended::id).toList();
                }
                default -> claimAndEnd(number == 2 ? member : other, lane);
            });
            List<Long> ended = ends.stream().flatMap(List::stream).toList();
            assertThat(ended).doesNotHaveDuplicates();
            List<Long> left = new ArrayList<>(claimAndEnd(member, lane));
            left.addAll(ended);
            assertThat(left).containsExactlyInAnyOrderElementsOf(all);
            assertThat(count("state in ('cancelled', 'succeeded')")).isEqualTo(30 * (round + 1));
        }
    }

    /** In groups of ten until nothing waits. */
    private List<Long> claimAndEnd(long claimer, int lane) throws SQLException {
        List<Long> ended = new ArrayList<>();
        while (true) {
            List<Claim> claims = claimAs(claimer, new Share(lane, 0, 10));
            if (claims.isEmpty()) {
                return ended;
            }
            Settlement[] settlements = claims.stream()
                    .map(claim -> ended(claim, TaskState.SUCCEEDED))
                    .toArray(Settlement[]::new);
            settle(settlements).ended().forEach(task -> ended.add(task.id()));
        }
    }

    @Test
    void whoSettlesAndWhoAsksToStopDoNotBlockEachOther() throws Exception {
        int lane = lane("a", "x");
        for (int round = 0; round < 15; round++) {
            String name = "r" + round + "-";
            add(lane, many(60, name));
            List<Claim> claims = claim(lane, 60);
            atOnce(3, number -> {
                if (number == 0) {
                    return askToStop(ids(claims));
                }
                List<Claim> half = claims.subList((number - 1) * 30, number * 30);
                return settle(half.stream()
                        .map(claim -> Settlement.again(claim, attempt(Attempt.Outcome.BROKEN), LATER))
                        .toArray(Settlement[]::new));
            });
            assertThat(count("state = 'running'")).isZero();
            assertThat(count("state = 'waiting' and stop_asked")).isZero();
        }
    }

    @Test
    void asksTheOwnersOfRunningTasksToStop() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3", "4"));
        List<Claim> mine = claim(lane, 2);
        long other = join();
        Claim theirs = claimAs(other, new Share(lane, 0, 1)).get(0);
        long waiting = id("4");

        List<Long> asked = askToStop(List.of(mine.get(0).id(), theirs.id(), waiting, 4_711_000_000L));

        assertThat(asked).containsExactlyInAnyOrder(mine.get(0).id(), theirs.id());
        assertThat(askedToStop(member)).containsExactly(mine.get(0).id());
        assertThat(askedToStop(other)).containsExactly(theirs.id());
        assertThat(askToStop(List.of())).isEmpty();
        assertThat(count("stop_asked")).isEqualTo(2);
        settle(ended(mine.get(0), TaskState.CANCELLED));
        assertThat(askedToStop(member)).isEmpty();
    }

    @Test
    void showsWhatAMemberHolds() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3"));
        List<Claim> claims = claim(lane, 2);
        claimAs(join(), new Share(lane, 0, 1));
        settle(ended(claims.get(0), TaskState.SUCCEEDED));

        List<Claim> held = database.statement(connection -> queue.held(connection, member));

        assertThat(held)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("waited", "age")
                .containsExactly(claims.get(1));
    }

    @Test
    void marksAsSentWhatStandsAndIsNotToStop() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3", "4"));
        List<Claim> claims = claim(lane, 4);
        Claim stands = claims.get(0);
        Claim toStop = claims.get(1);
        Claim over = claims.get(2);
        Claim old = claims.get(3);
        askToStop(List.of(toStop.id()));
        settle(ended(over, TaskState.SUCCEEDED));
        settle(Settlement.untouched(old));
        Claim anew = claim(lane, 1).get(0);

        List<Claim> sent =
                database.statement(connection -> queue.markSent(connection, List.of(stands, toStop, over, old, anew)));

        assertThat(sent).containsExactlyInAnyOrder(stands, anew);
        assertThat(longs("select id from task where sent")).containsExactlyInAnyOrder(stands.id(), anew.id());
    }

    @Test
    void rescuesWhatDeadAndRetiredMembersHold() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3"));
        long dead = join();
        long retired = join();
        Claim ofDead = claimAs(dead, new Share(lane, 0, 1)).get(0);
        Claim ofRetired = claimAs(retired, new Share(lane, 0, 1)).get(0);
        Claim ofAlive = claim(lane, 1).get(0);
        assertThat(rescue(10)).isEmpty();
        execute("update member set state = 'dead' where id = " + dead);
        execute("update member set state = 'retired' where id = " + retired);

        List<Rescued> rescued = rescue(10);

        assertThat(rescued)
                .containsExactlyInAnyOrder(
                        new Rescued(ofDead.id(), KIND, "a", lane, 0, 1, TaskState.WAITING),
                        new Rescued(ofRetired.id(), KIND, "a", lane, 0, 1, TaskState.WAITING));
        assertThat(state(ofAlive.id())).isEqualTo("running");
        assertThat(rows("select state, member, epoch, attempt, interruptions, rescues from task where id = "
                        + ofDead.id()))
                .containsExactly(row("waiting", null, 2, 1, 1, 1));
        assertThat(rows("select task_id, number, member, outcome, code from attempt order by member"))
                .containsExactly(
                        row(ofDead.id(), 1, dead, "interrupted", 504),
                        row(ofRetired.id(), 1, retired, "interrupted", 504));
        assertThat(column("select count(*) from attempt where body is not null and not truncated and took_ms >= 0"
                        + " and next_at is not null"))
                .containsExactly("2");
        assertThat(rescue(10)).isEmpty();
    }

    @Test
    void refusesTheLateSettlementOfARescuedTask() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        Claim claim = claim(lane, 1).get(0);
        execute("update member set state = 'dead'");
        rescue(10);

        assertThat(settle(ended(claim, TaskState.SUCCEEDED)).now()).containsOnlyNulls();
        assertThat(state(claim.id())).isEqualTo("waiting");
        Claim again = claimAs(join(), new Share(lane, 0, 1)).get(0);
        assertThat(settle(ended(claim, TaskState.SUCCEEDED)).now()).containsOnlyNulls();
        assertThat(settle(ended(again, TaskState.SUCCEEDED)).now()).containsExactly(TaskState.SUCCEEDED);
        assertThat(again.countedAttempt()).isEqualTo(1);
    }

    @Test
    void theLastRescueEndsATask() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        long id = id("1");
        for (int time = 1; time <= LAST_RESCUE; time++) {
            long doomed = join();
            assertThat(claimAs(doomed, new Share(lane, 0, 1))).hasSize(1);
            execute("update member set state = 'dead' where id = " + doomed);
            TaskState expected = time < LAST_RESCUE ? TaskState.WAITING : TaskState.FAILED;
            assertThat(rescue(10)).containsExactly(new Rescued(id, KIND, "a", lane, 0, 1, expected));
        }

        assertThat(rows("select state, member, rescues, attempt from task")).containsExactly(row("failed", null, 3, 3));
        assertThat(count("ended_at is not null")).isEqualTo(1);
        assertThat(rows("select number, outcome, code from attempt order by number"))
                .containsExactly(row(1, "interrupted", 504), row(2, "interrupted", 504), row(3, "interrupted", 504));
        assertThat(column("select number from attempt where next_at is null")).containsExactly("3");
    }

    @Test
    void aPushIsRescuedAgainAndAgain() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        execute("update task set kind = 'push'");
        for (int time = 1; time <= 2 * LAST_RESCUE; time++) {
            long doomed = join();
            assertThat(claimAs(doomed, new Share(lane, 0, 1))).hasSize(1);
            execute("update member set state = 'dead' where id = " + doomed);
            assertThat(rescue(10)).extracting(Rescued::state).containsExactly(TaskState.WAITING);
        }

        assertThat(count("ended_at is not null")).isZero();
    }

    @Test
    void aRescueEndsWhatMustNotBeSentTwice() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        List<Claim> claims = claim(lane, 1);
        database.statement(connection -> queue.markSent(connection, claims));
        execute("update member set state = 'dead'");

        assertThat(rescue(10)).extracting(Rescued::state).containsExactly(TaskState.FAILED);
        assertThat(rows("select state, code from task join attempt on task_id = id"))
                .containsExactly(row("failed", 504));
    }

    @Test
    void aRescueCancelsWhatWasAskedToStop() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        List<Claim> claims = claim(lane, 1);
        askToStop(ids(claims));
        execute("update member set state = 'dead'");

        assertThat(rescue(10)).extracting(Rescued::state).containsExactly(TaskState.CANCELLED);
        assertThat(rows("select state, code from task join attempt on task_id = id"))
                .containsExactly(row("cancelled", 410));
        assertThat(count("ended_at is not null")).isEqualTo(1);
    }

    @Test
    void rescuesSomeAtATime() throws SQLException {
        int lane = lane("a", "x");
        add(lane, many(25, "n"));
        claim(lane, 25);
        execute("update member set state = 'dead'");

        assertThat(List.of(
                        rescue(10).size(),
                        rescue(10).size(),
                        rescue(10).size(),
                        rescue(10).size()))
                .containsExactly(10, 10, 5, 0);
        assertThat(count("state = 'waiting' and rescues = 1")).isEqualTo(25);
    }

    @Test
    void severalRescuersTakeEachTaskOnce() throws Exception {
        int lane = lane("a", "x");
        for (int round = 1; round <= 10; round++) {
            String name = "r" + round + "-";
            add(lane, many(60, name));
            long doomed = join();
            claimAs(doomed, new Share(lane, 0, 60));
            execute("update member set state = 'dead' where id = " + doomed);
            List<List<Rescued>> rescued = atOnce(3, number -> rescue(40));
            assertThat(rescued.stream().flatMap(List::stream).map(Rescued::id)).doesNotHaveDuplicates();
            rescue(100);
            assertThat(count("rescues = 1")).isEqualTo(60);
            assertThat(cancel(longs("select id from task where state = 'waiting'")))
                    .hasSize(60);
            execute("delete from task");
            execute("delete from attempt");
        }
    }
}

package org.taskcenter.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Details;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Reopened;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;

/** How every queue stores what is handed in, and shows what waits. */
abstract class StoringContract extends QueueStage {
    @Test
    void numbersALaneOnceAndForAll() throws SQLException {
        int first = lane("a", "one.example");
        int other = lane("a", "two.example");

        assertThat(lane("a", "one.example")).isEqualTo(first).isNotEqualTo(other);
        assertThat(first).isPositive();
        assertThat(lane("b", "one.example")).isNotEqualTo(first);
    }

    @Test
    void numbersALaneOnceForAllWhoAskAtTheSameMoment() throws Exception {
        for (int round = 0; round < 20; round++) {
            String target = "new-" + round;
            List<Integer> numbers = atOnce(6, number -> lane("a", target));
            assertThat(new HashSet<>(numbers)).hasSize(1);
        }
    }

    @Test
    void storesNewTasksAsWaiting() throws SQLException {
        int lane = lane("a", "x");
        Draft draft = new Draft(KIND, "a", "first", "g", "x", 3, Duration.ZERO);

        assertThat(add(lane, List.of(draft))).containsExactly(true);

        assertThat(rows("select kind, client, client_id, group_name, lane, rank, state, generation, epoch, attempt,"
                        + " interruptions, rescues, member, stop_asked, sent, started_at, ended_at from task"))
                .containsExactly(row(
                        KIND, "a", "first", "g", lane, -3, "waiting", 1, 0, 0, 0, 0, null, false, false, null, null));
        assertThat(count("accepted_at <= current_timestamp and due_at = run_at and run_at = accepted_at"))
                .isEqualTo(1);
    }

    @Test
    void storesWhenADelayedTaskIsDue() throws SQLException {
        add(lane("a", "x"), List.of(new Draft(KIND, "a", "1", null, "x", 0, LATER)));

        assertThat(count("run_at = due_at and run_at > accepted_at + interval '59' minute"
                        + " and run_at < accepted_at + interval '61' minute"))
                .isEqualTo(1);
    }

    @Test
    void storesTheDetailsOfThoseThatAreStored() throws SQLException {
        execute("drop table if exists note");
        execute("create table note (task_id bigint not null primary key, text varchar(12), data bytea)");
        int lane = lane("a", "x");
        List<Draft> drafts = drafts("a", "x", "1", "2", "1", "3");
        assertThat(add(lane, drafts, notes("one", null, "two", "\u00e4'{},\"\\")))
                .containsExactly(true, true, false, true);
        assertThat(
                        column(
                                "select client_id || ':' || coalesce(text, 'null') from task join note on task_id = id order by id"))
                .containsExactly("1:one", "2:null", "3:\u00e4'{},\"\\");
        assertThat(column("select client_id from task join note on task_id = id and data is null"))
                .containsExactly("2");

        assertThatThrownBy(() -> add(lane, drafts("a", "x", "4", "5"), notes("fits", "fits not at all")))
                .isInstanceOf(SQLException.class);
        assertThat(column("select client_id from task order by id")).containsExactly("1", "2", "3");
        assertThat(column("select text from note where text = 'fits'")).isEmpty();
    }

    private static Details.Rows notes(String... texts) {
        byte[][] data = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            data[i] = texts[i] == null ? null : texts[i].getBytes(UTF_8);
        }
        return new Details.Rows(
                "note", List.of(new Details.Column("text", "text", texts), new Details.Column("data", "bytea", data)));
    }

    /** As a caller does that has no transaction of its own. */
    private boolean[] add(int lane, List<Draft> drafts, Details.Rows details) throws SQLException {
        long[] numbers = ids.take(drafts.size());
        int[] lanes = IntStream.generate(() -> lane).limit(drafts.size()).toArray();
        return stored(database.statement(
                connection -> queue.add(connection, NewTasks.waiting(numbers, lanes, drafts, details))));
    }

    @Test
    void beginsNewTasksOfAMemberThatIsAliveAtOnce() throws SQLException {
        int lane = lane("a", "x");
        List<Draft> drafts = drafts("a", "x", "1", "2", "1", "3");
        assertThat(begin(lane, drafts, true, false, true, true))
                .containsExactly(TaskState.RUNNING, TaskState.WAITING, null, TaskState.RUNNING);

        List<Claim> held = database.statement(connection -> queue.held(connection, member));
        assertThat(held).extracting(Claim::clientId).containsExactlyInAnyOrder("1", "3");
        Claim one = held.stream()
                .filter(claim -> claim.clientId().equals("1"))
                .findAny()
                .orElseThrow();
        assertThat(one)
                .usingRecursiveComparison()
                .ignoringFields("waited", "age")
                .isEqualTo(Claim.first(one.id(), drafts.get(0), lane));
        assertThat(claimAs(member, new Share(lane, 0, 9)))
                .extracting(Claim::clientId)
                .containsExactly("2");

        TaskState[] now = new TaskState[1];
        database.transaction(connection ->
                queue.settle(connection, member, List.of(Settlement.ended(one, TaskState.SUCCEEDED, null)), now));
        assertThat(now).containsExactly(TaskState.SUCCEEDED);

        execute("update member set state = 'dead' where id = " + member);
        assertThat(begin(lane, drafts("a", "x", "4"), true)).containsExactly(TaskState.WAITING);
        assertThat(column("select epoch + attempt from task where client_id = '4' and member is null"))
                .containsExactly("0");
    }

    private TaskState[] begin(int lane, List<Draft> drafts, boolean... begun) throws SQLException {
        long[] numbers = ids.take(drafts.size());
        int[] lanes = IntStream.generate(() -> lane).limit(drafts.size()).toArray();
        return database.statement(
                connection -> queue.add(connection, new NewTasks(numbers, lanes, drafts, null, member, begun)));
    }

    @Test
    void leavesOutWhatIsTakenAndSaysSo() throws SQLException {
        int lane = lane("a", "x");
        assertThat(add(lane, drafts("a", "x", "1", "2", "1", "3", "2")))
                .containsExactly(true, true, false, true, false);
        assertThat(add(lane, drafts("a", "x", "3", "4"))).containsExactly(false, true);

        assertThat(add(lane("b", "x"), drafts("b", "x", "1"))).containsExactly(true);
        Draft ofAnotherKind = new Draft("push", "a", "1", null, "x", 0, Duration.ZERO);
        assertThat(add(lane, List.of(ofAnotherKind))).containsExactly(true);

        assertThat(column("select client_id from task where kind = 'call' and client = 'a' order by id"))
                .containsExactly("1", "2", "3", "4");
    }

    @Test
    void countsWhatWaitsUpToALimit() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3", "4"));
        claim(lane, 1);

        assertThat(waiting(10)).isEqualTo(3);
        assertThat(waiting(2)).isEqualTo(2);
    }

    private long waiting(long most) throws SQLException {
        return database.statement(connection -> queue.waiting(connection, most));
    }

    @Test
    void aTakenNameStaysTakenWhenItsTaskHasEnded() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        settle(ended(claim(lane, 1).get(0), TaskState.SUCCEEDED));

        assertThat(add(lane, drafts("a", "x", "1"))).containsExactly(false);
    }

    @Test
    void storesEachNameOnceForAllWhoHandItInAtTheSameMoment() throws Exception {
        int lane = lane("a", "x");
        for (int round = 0; round < 15; round++) {
            String name = "r" + round + "-";
            List<boolean[]> added = atOnce(4, number -> {
                // In opposite orders, so that they meet in the middle.
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, 40).boxed().toList());
                if (number % 2 == 1) {
                    order.sort((one, other) -> other - one);
                }
                return add(
                        lane, order.stream().map(i -> draft("a", "x", name + i)).toList());
            });
            int stored = 0;
            for (boolean[] each : added) {
                for (boolean one : each) {
                    stored += one ? 1 : 0;
                }
            }
            assertThat(stored).isEqualTo(40);
            assertThat(count("client_id like '" + name + "%'")).isEqualTo(40);
        }
    }

    @Test
    void storesAHugeBatch() throws SQLException {
        int lane = lane("a", "x");
        List<Draft> drafts = many(30_000, "n");

        assertThat(add(lane, drafts)).hasSize(30_000).doesNotContain(false);

        assertThat(count("state = 'waiting'")).isEqualTo(30_000);
    }

    @Test
    void keepsAnyText() throws SQLException {
        String odd = "'\"\\{},NULL %_ \uD83D\uDE00 \u00e4";
        int lane = lane(odd, odd);
        add(lane, List.of(new Draft(KIND, odd, odd, odd, odd, 0, Duration.ZERO)));

        Claim claim = claim(lane, 1).get(0);
        settle(Settlement.ended(
                claim, TaskState.FAILED, new Attempt(Attempt.Outcome.REFUSED, 500, odd, true, Duration.ofMillis(7))));

        assertThat(List.of(claim.client(), claim.clientId())).containsOnly(odd);
        assertThat(column("select group_name from task")).containsExactly(odd);
        assertThat(rows("select body, truncated, code, took_ms from attempt")).containsExactly(row(odd, true, 500, 7));
    }

    @Test
    void showsEachLaneAndPriorityInWhichTasksWait() throws SQLException {
        int one = lane("a", "x");
        int two = lane("b", "x");
        add(one, List.of(draft("a", 0, Duration.ZERO), draft("a", 5, LATER), draft("a", 0, LATER)));
        add(two, List.of(draft("b", -10, Duration.ZERO), draft("b", 10, Duration.ZERO), draft("b", 10, LATER)));

        List<Backlog> backlog = backlog(0, 100);

        assertThat(backlog.stream().map(each -> List.of(each.lane(), each.priority(), each.client())))
                .containsExactlyElementsOf(List.of(
                        List.of(Math.min(one, two), one < two ? 5 : 10, one < two ? "a" : "b"),
                        List.of(Math.min(one, two), one < two ? 0 : -10, one < two ? "a" : "b"),
                        List.of(Math.max(one, two), one < two ? 10 : 5, one < two ? "b" : "a"),
                        List.of(Math.max(one, two), one < two ? -10 : 0, one < two ? "b" : "a")));
        assertThat(backlog).allMatch(each -> each.kind().equals(KIND));
        assertThat(backlog.stream().filter(each -> each.priority() != 5).map(Backlog::due))
                .allMatch(due -> due.compareTo(Duration.ZERO) <= 0);
        assertThat(backlog.stream().filter(each -> each.priority() == 5).map(Backlog::due))
                .allMatch(due -> due.compareTo(LATER) <= 0 && due.compareTo(LATER.minusMinutes(1)) > 0);
    }

    @Test
    void opensAnEndedTaskAnewAsItsNextGeneration() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "ended", "waiting"));
        Claim first = claim(lane, 1).get(0);
        settle(Settlement.ended(first, TaskState.FAILED, attempt(Attempt.Outcome.REFUSED)));

        List<Reopened> reopened =
                database.transaction(connection -> queue.reopen(connection, List.of(first.id(), first.id(), 99_999L)));

        assertThat(reopened).containsExactly(new Reopened(first.id(), KIND, "a", lane, 0, 2));
        assertThat(database.<List<Reopened>>transaction(connection -> queue.reopen(connection, List.of(first.id()))))
                .as("it is open")
                .isEmpty();
        List<Claim> again = claim(lane, 10);
        Claim second = again.stream()
                .filter(claim -> claim.id() == first.id())
                .findFirst()
                .orElseThrow();
        assertThat(again).hasSize(2);
        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.attempt()).isEqualTo(1);
        assertThat(second.interruptions()).isZero();
        assertThat(second.epoch()).isGreaterThan(first.epoch() + 1);
        assertThat(settle(Settlement.ended(first, TaskState.SUCCEEDED, attempt(Attempt.Outcome.DONE)))
                        .ended())
                .isEmpty();
        assertThat(settle(Settlement.ended(second, TaskState.SUCCEEDED, attempt(Attempt.Outcome.DONE)))
                        .ended())
                .containsExactly(new Ended(first.id(), KIND, "a", 2, TaskState.SUCCEEDED));
    }

    @Test
    void showsTheLimitThatALaneWasMadeWith() throws SQLException {
        int limited = database.transaction(connection -> queue.lane(connection, KIND, "a", "x", 7));
        int again = database.transaction(connection -> queue.lane(connection, KIND, "a", "x", 9));
        int open = lane("a", "y");
        add(limited, drafts("a", "x", "1"));
        add(open, drafts("a", "y", "2"));

        assertThat(again).isEqualTo(limited);
        assertThat(backlog(0, 100).stream().map(Backlog::most)).containsExactly(7, 0);
    }

    @Test
    void showsTheBacklogInPages() throws SQLException {
        List<Integer> lanes = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            int lane = lane("c" + i, "x");
            lanes.add(lane);
            add(lane, drafts("c" + i, "x", "1", "2"));
        }

        assertThat(backlog(0, 3).stream().map(Backlog::lane)).containsExactlyElementsOf(lanes.subList(0, 3));
        assertThat(backlog(lanes.get(2), 3).stream().map(Backlog::lane)).containsExactlyElementsOf(lanes.subList(3, 6));
        assertThat(backlog(lanes.get(5), 3).stream().map(Backlog::lane)).containsExactly(lanes.get(6));
        assertThat(backlog(lanes.get(6), 3)).isEmpty();
    }

    @Test
    void showsNothingThatDoesNotWait() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2", "3"));
        List<Claim> claims = claim(lane, 2);
        settle(ended(claims.get(0), TaskState.SUCCEEDED));
        cancel(List.of(id("3")));

        assertThat(backlog(0, 10)).isEmpty();
    }
}

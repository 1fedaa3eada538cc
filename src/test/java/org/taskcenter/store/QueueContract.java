package org.taskcenter.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Details;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Reopened;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;

/** What every queue does, whatever the database. */
abstract class QueueContract {
    static final String KIND = "call";
    private static final int LAST_RESCUE = 3;
    private static final Duration LATER = Duration.ofHours(1);

    /** A database with the schema and with triggers that write each change of a task's state within a generation to the table transition. */
    abstract DataSource dataSource();

    abstract Queue queue();

    Database database;
    Queue queue;
    Ids ids;
    long member;

    @BeforeEach
    void begin() throws SQLException {
        database = new Database(dataSource());
        queue = queue();
        ids = new Ids(database);
        for (String table : List.of("transition", "attempt", "task", "lane", "member")) {
            execute("delete from " + table);
        }
        member = join();
    }

    @AfterEach
    void everyTransitionWasAllowed() throws SQLException {
        for (List<String> each : rows("select distinct before, after from transition where before <> after")) {
            assertThat(TaskState.of(each.get(0)).mayBecome(TaskState.of(each.get(1))))
                    .as("from %s to %s", each.get(0), each.get(1))
                    .isTrue();
        }
    }

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

    private static boolean[] stored(TaskState[] states) {
        boolean[] stored = new boolean[states.length];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = states[i] != null;
        }
        return stored;
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
        List<Draft> drafts = IntStream.range(0, 30_000)
                .mapToObj(i -> draft("a", "x", "n" + i))
                .toList();

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
            add(
                    lane,
                    IntStream.range(0, 60)
                            .mapToObj(i -> draft("a", "x", name + i))
                            .toList());
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

        assertThat(settled.now).containsExactly(TaskState.SUCCEEDED);
        assertThat(settled.ended).containsExactly(new Ended(claim.id(), KIND, "a", 1, TaskState.SUCCEEDED));
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

        assertThat(settled.now).containsExactlyElementsOf(ends);
        assertThat(settled.ended).extracting(Ended::state).containsExactlyInAnyOrderElementsOf(ends);
    }

    @Test
    void putsATaskBackInLineForLater() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        Claim claim = claim(lane, 1).get(0);

        Settled settled = settle(Settlement.again(claim, attempt(Attempt.Outcome.REFUSED), LATER));

        assertThat(settled.now).containsExactly(TaskState.WAITING);
        assertThat(settled.ended).isEmpty();
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

        assertThat(settled.now).containsExactly(null, null, TaskState.SUCCEEDED);
        assertThat(settled.ended).extracting(Ended::id).containsExactly(stands.id());
        assertThat(state(lost.id())).isEqualTo("running");
        assertThat(state(over.id())).isEqualTo("succeeded");
        assertThat(settle(ended(newer, TaskState.SUCCEEDED)).now).containsExactly(TaskState.SUCCEEDED);
        assertThat(column("select count(*) from attempt")).containsExactly("4");
    }

    @Test
    void refusesASettlementOfATaskThatWaits() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1"));
        Claim claim = claim(lane, 1).get(0);
        settle(Settlement.again(claim, attempt(Attempt.Outcome.BROKEN), Duration.ZERO));

        assertThat(settle(ended(claim, TaskState.SUCCEEDED)).now).containsOnlyNulls();
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

        assertThat(settled.now).containsExactly(TaskState.SUCCEEDED, TaskState.SUCCEEDED, null);
        assertThat(settled.ended).hasSize(2);
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

        assertThat(settled.now).containsExactly(null, TaskState.SUCCEEDED);
        assertThat(state(old.id())).isEqualTo("succeeded");
    }

    @Test
    void settlesABigGroup() throws SQLException {
        int lane = lane("a", "x");
        add(
                lane,
                IntStream.range(0, 1_000)
                        .mapToObj(i -> draft("a", "x", "n" + i))
                        .toList());
        List<Claim> claims = claim(lane, 1_000);
        assertThat(claims).hasSize(1_000);

        Settled settled = settle(
                claims.stream().map(claim -> ended(claim, TaskState.SUCCEEDED)).toArray(Settlement[]::new));

        assertThat(settled.now).containsOnly(TaskState.SUCCEEDED);
        assertThat(settled.ended).hasSize(1_000);
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

        assertThat(settled.now).containsExactly(TaskState.CANCELLED, TaskState.SUCCEEDED, TaskState.CANCELLED);
        assertThat(settled.ended).hasSize(3);
        assertThat(count("ended_at is not null")).isEqualTo(3);
        assertThat(column("select count(*) from attempt where next_at is not null"))
                .containsExactly("0");
    }

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

    @Test
    void whoCancelsAndWhoClaimsNeverBothGetATask() throws Exception {
        int lane = lane("a", "x");
        long other = join();
        for (int round = 0; round < 25; round++) {
            String name = "r" + round + "-";
            add(
                    lane,
                    IntStream.range(0, 30)
                            .mapToObj(i -> draft("a", "x", name + i))
                            .toList());
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
            settle(settlements).ended.forEach(task -> ended.add(task.id()));
        }
    }

    @Test
    void whoSettlesAndWhoAsksToStopDoNotBlockEachOther() throws Exception {
        int lane = lane("a", "x");
        for (int round = 0; round < 15; round++) {
            String name = "r" + round + "-";
            add(
                    lane,
                    IntStream.range(0, 60)
                            .mapToObj(i -> draft("a", "x", name + i))
                            .toList());
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

        assertThat(settle(ended(claim, TaskState.SUCCEEDED)).now).containsOnlyNulls();
        assertThat(state(claim.id())).isEqualTo("waiting");
        Claim again = claimAs(join(), new Share(lane, 0, 1)).get(0);
        assertThat(settle(ended(claim, TaskState.SUCCEEDED)).now).containsOnlyNulls();
        assertThat(settle(ended(again, TaskState.SUCCEEDED)).now).containsExactly(TaskState.SUCCEEDED);
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
        add(lane, IntStream.range(0, 25).mapToObj(i -> draft("a", "x", "n" + i)).toList());
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
            add(
                    lane,
                    IntStream.range(0, 60)
                            .mapToObj(i -> draft("a", "x", name + i))
                            .toList());
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

    // What follows is how the tests speak.

    record Settled(TaskState[] now, List<Ended> ended) {}

    interface Part<T> {
        T play(int number) throws Exception;
    }

    /** Lets several threads do something at the same moment. */
    static <T> List<T> atOnce(int players, Part<T> part) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(players);
        CyclicBarrier start = new CyclicBarrier(players);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < players; i++) {
                int number = i;
                Callable<T> task = () -> {
                    start.await();
                    return part.play(number);
                };
                futures.add(threads.submit(task));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                try {
                    results.add(future.get());
                } catch (ExecutionException e) {
                    throw new AssertionError(e.getCause());
                }
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    long join() throws SQLException {
        long id = ids.take(1)[0];
        execute("insert into member (id, host, state, started_at, heartbeat_at) values (" + id
                + ", 'here', 'alive', current_timestamp, current_timestamp)");
        return id;
    }

    int lane(String client, String target) throws SQLException {
        return database.transaction(connection -> queue.lane(connection, KIND, client, target, 0));
    }

    private static int made;

    static Draft draft(String client, int priority, Duration delay) {
        return new Draft(KIND, client, "made-" + made++, null, "x", priority, delay);
    }

    static Draft draft(String client, String target, String name) {
        return new Draft(KIND, client, name, null, target, 0, Duration.ZERO);
    }

    static List<Draft> drafts(String client, String target, String... names) {
        return List.of(names).stream().map(name -> draft(client, target, name)).toList();
    }

    boolean[] add(int lane, List<Draft> drafts) throws SQLException {
        long[] numbers = ids.take(drafts.size());
        int[] lanes = IntStream.generate(() -> lane).limit(drafts.size()).toArray();
        return stored(database.transaction(
                connection -> queue.add(connection, NewTasks.waiting(numbers, lanes, drafts, null))));
    }

    List<Backlog> backlog(int after, int limit) throws SQLException {
        return database.statement(connection -> queue.backlog(connection, after, limit));
    }

    List<Claim> claim(int lane, int tasks) throws SQLException {
        return claim(lane, 0, tasks);
    }

    private List<Claim> claim(int lane, int priority, int tasks) throws SQLException {
        return claim(new Share(lane, priority, tasks));
    }

    private List<Claim> claim(Share... shares) throws SQLException {
        return claimAs(member, shares);
    }

    List<Claim> claimAs(long claimer, Share... shares) throws SQLException {
        List<Claim> claims =
                new ArrayList<>(database.statement(connection -> queue.claim(connection, claimer, List.of(shares))));
        claims.sort(comparing(Claim::id));
        return claims;
    }

    Settled settle(Settlement... settlements) throws SQLException {
        TaskState[] now = new TaskState[settlements.length];
        List<Ended> ended =
                database.transaction(connection -> queue.settle(connection, member, List.of(settlements), now));
        return new Settled(now, ended);
    }

    List<Ended> cancel(List<Long> tasks) throws SQLException {
        return database.transaction(connection -> queue.cancelWaiting(connection, tasks));
    }

    private List<Ended> endWaiting(List<Long> tasks, TaskState end) throws SQLException {
        return database.transaction(connection -> queue.endWaiting(connection, tasks, end));
    }

    private List<Long> postpone(List<Long> tasks, Duration delay) throws SQLException {
        return database.transaction(connection -> queue.postpone(connection, tasks, delay));
    }

    private List<Long> askToStop(List<Long> tasks) throws SQLException {
        return database.transaction(connection -> queue.askToStop(connection, tasks));
    }

    private List<Long> askedToStop(long owner) throws SQLException {
        return database.statement(connection -> queue.askedToStop(connection, owner));
    }

    List<Rescued> rescue(int limit) throws SQLException {
        return database.transaction(connection -> queue.rescue(connection, LAST_RESCUE, limit));
    }

    static Settlement ended(Claim claim, TaskState end) {
        return Settlement.ended(claim, end, attempt(Attempt.Outcome.DONE));
    }

    static Attempt attempt(Attempt.Outcome outcome) {
        return new Attempt(outcome, 200, "answer", false, Duration.ofMillis(5));
    }

    private static List<Long> ids(List<Claim> claims) {
        return claims.stream().map(Claim::id).toList();
    }

    long id(String name) throws SQLException {
        return longs("select id from task where client_id = '" + name + "'").get(0);
    }

    private String state(long task) throws SQLException {
        return column("select state from task where id = " + task).get(0);
    }

    int count(String condition) throws SQLException {
        return Integer.parseInt(
                column("select count(*) from task where " + condition).get(0));
    }

    void execute(String sql) throws SQLException {
        database.statement(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    List<Long> longs(String sql) throws SQLException {
        return column(sql).stream().map(Long::valueOf).toList();
    }

    List<String> column(String sql) throws SQLException {
        return rows(sql).stream().map(each -> each.get(0)).toList();
    }

    /** Every value as its text. */
    List<List<String>> rows(String sql) throws SQLException {
        return database.statement(connection -> read(connection, sql));
    }

    private static List<List<String>> read(Connection connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            List<List<String>> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    Object value = rows.getObject(i);
                    row.add(value == null ? null : value.toString());
                }
                all.add(row);
            }
            return all;
        }
    }

    static List<String> row(Object... values) {
        List<String> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value == null ? null : value.toString());
        }
        return row;
    }
}

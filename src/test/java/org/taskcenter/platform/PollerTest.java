package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.cluster.Members;
import org.taskcenter.cluster.Membership;
import org.taskcenter.listing.Counts;
import org.taskcenter.quota.Ledger;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Ending;

/** Channels with which something is wrong hold up none of the others. */
class PollerTest {
    private PlatformStage stage;
    private Poller poller;
    private volatile Ending others = (connection, ended) -> Ending.NOTHING_MORE;

    @BeforeEach
    void begin() throws SQLException {
        stage = new PlatformStage();
        Members members = new Members(stage.database);
        Membership membership = new Membership(
                members,
                new Ids(stage.database),
                "here",
                Duration.ofHours(1),
                Duration.ofHours(1),
                System::nanoTime,
                id -> {});
        stage.execute("delete from member");
        membership.join();
        Book book = new Book();
        H2Queue queue = new H2Queue();
        Ends ends = new Ends(new Counts(false), new Ledger(), Clock.systemUTC(), rows -> {});
        Ending ending = (connection, ended) -> others.ended(connection, ended);
        PollResults results =
                new PollResults(stage.database, queue, ends, ending, new Counts(false), book, Clock.systemUTC());
        ChannelRounds rounds = new ChannelRounds(
                stage.upstreams,
                stage::send,
                stage.executor,
                results,
                book,
                stage.backOff,
                PlatformStage.INTERVAL,
                Clock.systemUTC(),
                new PollCounts());
        poller = new Poller(
                stage.database,
                membership,
                members,
                stage.upstreams,
                stage.platforms,
                book,
                stage.backOff,
                rounds,
                new Deletions(stage.database, queue, ends, ending),
                PlatformStage.INTERVAL,
                Thread::new);
        poller.start();
    }

    @AfterEach
    void end() {
        poller.close();
        stage.close();
    }

    @Test
    void aKeyThatDoesNotOpenIsItsChannelsAffair() throws SQLException {
        long sealed = stage.channel("sealed", 1, 24);
        long good = stage.channel("good", 1, 24);
        stage.taken(sealed, "up-1");
        long task = stage.taken(good, "up-2");
        stage.execute("update upstream set sealed_key = X'0102030405' where id = " + sealed);
        poll(task);
        assertThat(stage.backOff.failures()).containsKey(sealed).doesNotContainKey(good);
        assertThat(stage.hosts()).doesNotContain("sealed");

        stage.execute("update upstream set sealed_key = null where id = " + sealed);
        await().until(() -> {
            poller.tick();
            return stage.hosts().contains("sealed");
        });
    }

    @Test
    void aDeletedChannelWhoseTasksCannotBeEndedIsItsOwnAffair() throws SQLException {
        long deleted = stage.channel("deleted", 1, 24);
        long good = stage.channel("good", 1, 24);
        long left = stage.taken(deleted, "up-1");
        long task = stage.taken(good, "up-2");
        stage.delete(deleted);
        others = (connection, ended) -> {
            throw new SQLException("broken by a test", "22000");
        };
        poll(task);
        assertThat(stage.backOff.failures()).containsKey(deleted);
        assertThat(poller.isHealthy()).isTrue();

        others = (connection, ended) -> Ending.NOTHING_MORE;
        await().until(() -> {
            poller.tick();
            return stage.row(left).status() == Status.FAILURE;
        });
        await().until(() -> !stage.backOff.failures().containsKey(deleted));
    }

    @Test
    void thatDataIsTooLongToBeKeptIsTold() throws SQLException {
        long good = stage.channel("good", 1, 24);
        long task = stage.taken(good, "up-2");
        String data = "[\"" + "x".repeat(Words.LONGEST_DATA) + "\"]";
        stage.parties.put(
                "good",
                request -> PlatformStage.answer(
                        200,
                        "{\"code\":\"success\",\"data\":[{\"task_id\":\"up-2\",\"status\":\"SUCCESS\",\"data\":" + data
                                + "}]}"));
        await().until(() -> {
            poller.tick();
            return stage.row(task).status() == Status.SUCCESS;
        });
        assertThat(stage.row(task).failReason()).contains("1048576 characters");
        assertThat(stage.column("select data from platform_task where id = " + task))
                .containsExactly("{}");
    }

    /** Until the good channel has told how far this task is. */
    private void poll(long task) {
        stage.parties.put(
                "good",
                request -> PlatformStage.answer(
                        200, "{\"code\":\"success\",\"data\":[{\"task_id\":\"up-2\",\"status\":\"QUEUED\"}]}"));
        await().until(() -> {
            poller.tick();
            return stage.row(task).status() == Status.QUEUED;
        });
    }
}

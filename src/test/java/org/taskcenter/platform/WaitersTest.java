package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.listing.Counts;
import org.taskcenter.quota.Ledger;
import org.taskcenter.store.H2Queue;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.TaskState;

/** What somebody hears whose task ends, or waits for long, before a channel was asked. */
class WaitersTest {
    private static final Outcome CANCELLED = new Outcome.Refused(new Refusal(410, "task_cancelled", "Cancelled"));

    private final List<Outcome> told = new CopyOnWriteArrayList<>();
    private PlatformStage stage;
    private Waiters waiters;
    private long channel;
    private long task;

    @BeforeEach
    void begin() throws SQLException {
        stage = new PlatformStage();
        channel = stage.channel("a", 1, 24);
        task = stage.task(channel);
    }

    @AfterEach
    void end() {
        waiters.close();
        stage.close();
    }

    @Test
    void thatItWasCancelled() throws SQLException {
        waits(Duration.ofHours(1));
        cancel(ends(waiters));
        assertThat(told).containsExactly(CANCELLED);
    }

    @Test
    void thatItWasCancelledOnAnotherMember() throws SQLException {
        waits(Duration.ofHours(1));
        cancel(new Ends(new Counts(false), new Ledger(), Clock.systemUTC(), rows -> {}));
        waiters.start();
        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly(CANCELLED);
    }

    @Test
    void thatItsChannelWasDeleted() throws SQLException {
        waits(Duration.ofHours(1));
        stage.delete(channel);
        new Deletions(stage.database, new H2Queue(), ends(waiters), Ending.NONE).channelDeleted(channel);
        assertThat(told)
                .containsExactly(new Outcome.Refused(
                        new Refusal(503, "get_channel_failed", "The channel that had it was deleted")));
    }

    @Test
    void thatNobodyHasBeenAskedForLong() throws SQLException {
        waits(Duration.ZERO);
        waiters.start();
        await().until(() -> !told.isEmpty());
        assertThat(told).singleElement().isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.refusal().status()).isEqualTo(504);
            assertThat(refused.refusal().code()).isEqualTo("submit_timeout");
            assertThat(refused.refusal().message()).contains("task_" + task);
        });
    }

    @Test
    void thatAChannelMayHaveItWhichWasAskedForLong() throws SQLException {
        stage.execute("update platform_task set sending = true where id = " + task);
        waits(Duration.ZERO);
        waiters.start();
        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly(new Outcome.Accepted("task_" + task));
    }

    private void waits(Duration patience) {
        waiters = new Waiters(stage.database, patience, Thread::new);
        waiters.add(task, "task_" + task, told::add);
    }

    private static Ends ends(Waiters waiters) {
        return new Ends(new Counts(false), new Ledger(), Clock.systemUTC(), waiters::failed);
    }

    private void cancel(Ends ends) throws SQLException {
        Ended ended = new Ended(task, PlatformRunner.KIND, "account 1", 1, TaskState.CANCELLED);
        Runnable afterwards = stage.database.transaction(connection -> ends.ended(connection, List.of(ended)));
        afterwards.run();
        assertThat(stage.row(task).failReason()).isEqualTo("Cancelled");
    }
}

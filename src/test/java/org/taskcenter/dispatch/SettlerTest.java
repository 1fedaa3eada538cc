package org.taskcenter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.Between;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.Switch;

class SettlerTest {
    private static final long MOST_BYTES = 3 << 20;
    private static final int MIB = 1 << 20;

    private final JdbcConnectionPool pool = Pool.h2("settler", 2);
    private final Switch database = new Switch(pool);
    /** The sizes of the groups that were stored. */
    private final List<Integer> groups = new CopyOnWriteArrayList<>();

    private final List<Long> stored = new CopyOnWriteArrayList<>();
    private final Map<Long, List<Optional<TaskState>>> told = new ConcurrentHashMap<>();
    private volatile Ending ending = Ending.NONE;

    private final Settler settler = new Settler(
            new Database(database.source()),
            queue(),
            (connection, ended) -> ending.ended(connection, ended),
            () -> 1,
            (settlement, state) -> told.computeIfAbsent(settlement.claim().id(), id -> new CopyOnWriteArrayList<>())
                    .add(Optional.ofNullable(state)),
            MOST_BYTES,
            Executors.defaultThreadFactory());

    /** Refuses tasks with a negative number, and cannot store the body "poison". */
    private Queue queue() {
        Queue none = Between.of(null, (method, call) -> {
            throw new UnsupportedOperationException(method);
        });
        return Between.withSettle(none, (settlements, now) -> {
            List<Ended> ended = new ArrayList<>();
            for (int i = 0; i < now.length; i++) {
                Settlement each = settlements.get(i);
                if (each.attempt() != null && "poison".equals(each.attempt().body())) {
                    throw new SQLException("invalid byte", "22021");
                }
                if (each.claim().id() > 0) {
                    now[i] = each.next();
                    if (now[i].isEnded()) {
                        ended.add(new Ended(each.claim().id(), "call", "a", 1, now[i]));
                    }
                }
            }
            settlements.forEach(each -> stored.add(each.claim().id()));
            groups.add(now.length);
            return ended;
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        database.on();
        database.release();
        settler.stop(Duration.ofSeconds(10));
        pool.dispose();
    }

    @Test
    void storesTogetherWhatComesTogether() {
        IntStream.rangeClosed(1, 1_000).forEach(i -> settler.add(success(i)));
        settler.start();

        awaitTold(1_000);
        assertThat(groups).containsExactly(400, 400, 200);
        assertThat(told.values()).allMatch(states -> states.equals(List.of(Optional.of(TaskState.SUCCEEDED))));
    }

    @Test
    void storesOfLongResultsFewAtOnce() {
        String text = "x".repeat(MIB);
        IntStream.rangeClosed(1, 10).forEach(i -> settler.add(with(i, text)));
        settler.add(with(11, text.repeat(9)));
        settler.add(success(12));
        settler.start();

        awaitTold(12);
        assertThat(groups).containsExactly(4, 4, 2, 1, 1);
        assertThat(stored).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    }

    @Test
    void hasNoRoomWhileWhatIsNotStoredTakesTooMuch() {
        database.off();
        settler.start();
        String text = "x".repeat(MIB);
        settler.add(with(1, text));
        await().until(() -> !settler.isHealthy());
        assertThat(settler.room()).as("with one of two that fit").isPositive();
        settler.add(with(2, text));
        assertThat(settler.room()).isZero();
        database.on();
        awaitTold(2);
        assertThat(settler.room()).as("with nothing left").isEqualTo(4_000);

        // What cannot be stored, and what is refused, takes nothing any more either.
        settler.add(with(3, "poison"));
        settler.add(with(-4, text.repeat(2)));
        awaitTold(4);
        assertThat(settler.room()).isEqualTo(4_000);
    }

    @Test
    void tellsWhatWasRefused() {
        settler.start();
        settler.add(success(-1));
        settler.add(success(1));

        awaitTold(2);
        assertThat(told.get(-1L)).containsExactly(Optional.empty());
        assertThat(told.get(1L)).containsExactly(Optional.of(TaskState.SUCCEEDED));
    }

    @Test
    void keepsResultsWhileThereIsNoDatabase() {
        database.off();
        settler.start();
        settler.add(success(1));
        await().until(() -> !settler.isHealthy());
        IntStream.rangeClosed(2, 500).forEach(i -> settler.add(success(i)));
        assertThat(told).isEmpty();

        database.on();

        awaitTold(500);
        assertThat(stored).doesNotHaveDuplicates().hasSize(500);
        assertThat(settler.isHealthy()).isTrue();
    }

    @Test
    void endsWhatCannotBeStoredAlone() {
        for (int i = 1; i <= 300; i++) {
            settler.add(i == 77 || i == 200 ? with(i, "poison") : success(i));
        }
        settler.start();

        awaitTold(300);
        assertThat(told.get(77L)).containsExactly(Optional.of(TaskState.FAILED));
        assertThat(told.get(200L)).containsExactly(Optional.of(TaskState.FAILED));
        assertThat(told.values().stream().filter(states -> states.equals(List.of(Optional.of(TaskState.SUCCEEDED)))))
                .hasSize(298);
        assertThat(groups.size()).isLessThan(30);
    }

    @Test
    void doesATaskAgainWhoseEndCannotBeStored() {
        ending = (connection, ended) -> {
            if (ended.stream().anyMatch(each -> each.id() == 3)) {
                throw new IllegalStateException("a bug in somebody's hook");
            }
            return Ending.NOTHING_MORE;
        };
        IntStream.rangeClosed(1, 5).forEach(i -> settler.add(success(i)));
        settler.start();

        awaitTold(5);
        assertThat(told.get(3L)).containsExactly(Optional.of(TaskState.WAITING));
        assertThat(told.get(4L)).containsExactly(Optional.of(TaskState.SUCCEEDED));
    }

    @Test
    void storesWhatHasComeInBeforeItEnds() throws InterruptedException {
        database.hold();
        settler.start();
        IntStream.rangeClosed(1, 1_000).forEach(i -> settler.add(success(i)));
        Thread stop = new Thread(() -> {
            try {
                settler.stop(Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        stop.start();
        database.release();
        stop.join();

        assertThat(told).hasSize(1_000);
        assertThat(settler.isHealthy()).as("still running").isFalse();
    }

    @Test
    void givesUpWhereTheDatabaseDoesNotComeBackInTime() throws InterruptedException {
        database.off();
        settler.start();
        settler.add(success(1));
        await().until(() -> !settler.isHealthy());

        settler.stop(Duration.ofMillis(20));

        assertThat(told).isEmpty();
        assertThat(stored).isEmpty();
    }

    private void awaitTold(int tasks) {
        await().until(() -> told.size() == tasks);
    }

    private static Settlement success(long id) {
        return with(id, "fine");
    }

    private static Settlement with(long id, String body) {
        Claim claim = new Claim(id, "call", "a", "n" + id, 1, 0, 1, 1, 1, 0, Duration.ZERO, Duration.ZERO);
        return Settlement.ended(
                claim, TaskState.SUCCEEDED, new Attempt(Attempt.Outcome.DONE, 200, body, false, Duration.ZERO));
    }
}

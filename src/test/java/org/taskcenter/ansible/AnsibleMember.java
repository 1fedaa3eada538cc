package org.taskcenter.ansible;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.taskcenter.cluster.Members;
import org.taskcenter.cluster.Membership;
import org.taskcenter.cluster.Pulse;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Dispatcher;
import org.taskcenter.dispatch.Kind;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Room;
import org.taskcenter.playbook.NodeKeys;
import org.taskcenter.secret.Vaults;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;

/** A member that does runs alone, with playbooks that are not real. */
final class AnsibleMember implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Duration LEASE = Duration.ofSeconds(4);
    private static final Duration STOP_WORK = Duration.ofSeconds(3);
    private static final int MOST = 8;

    final FakePlaybooks playbooks = new FakePlaybooks();
    final Runs runs;
    final Membership membership;
    final Dispatcher dispatcher;
    final AnsibleWork work;
    private final AtomicReference<Jobs> jobs = new AtomicReference<>(this::direct);
    private final Pulse pulse;
    private final ExecutorService executor = Executors.newFixedThreadPool(2, threads("work"));

    AnsibleMember(DataSource source, Queue queue, Duration patience, long mostWaiting) throws SQLException {
        this(source, queue, patience, mostWaiting, Optional.empty());
    }

    AnsibleMember(DataSource source, Queue queue, Duration patience, long mostWaiting, Optional<NodeKeys> keys)
            throws SQLException {
        Database database = new Database(source);
        Ids ids = new Ids(database);
        Members members = new Members(database);
        membership = new Membership(members, ids, "test", LEASE, STOP_WORK, System::nanoTime, id -> {});
        work = new AnsibleWork(
                database,
                queue,
                Vaults.any(),
                playbooks,
                keys,
                (name, parameters) -> jobs.get().start(name, parameters),
                membership::mayWork,
                patience,
                threads("plays"));
        Ending ending = work.ending();
        Lanes lanes = new Lanes(database, queue);
        dispatcher = new Dispatcher(
                database,
                queue,
                membership,
                ending,
                Set::of,
                work.runners().stream()
                        .map(runner -> new Kind(runner, executor, MOST, true))
                        .toList(),
                MOST,
                threads("dispatch"));
        pulse = new Pulse(membership, members, database, queue, ending, HEARTBEAT, LEASE, dispatcher, threads("pulse"));
        Announcer announcer = new Announcer();
        announcer.connect(dispatcher, Wakeup.NOBODY);
        runs = work.runs(
                ids,
                lanes,
                announcer,
                new Room(database, queue, mostWaiting),
                new Cancellation(database, queue, ending, dispatcher, Wakeup.NOBODY),
                MOST);
        membership.join();
        pulse.start();
        work.start();
        dispatcher.start();
    }

    /** As a job does it, on a thread. */
    private void direct(String name, Map<String, String> parameters) {
        Play play = play(parameters);
        threads("job")
                .newThread(() -> {
                    try {
                        play.play();
                    } finally {
                        play.settle();
                    }
                })
                .start();
    }

    Play play(Map<String, String> parameters) {
        return work.plays()
                .find(Long.parseLong(parameters.get("taskId")), Integer.parseInt(parameters.get("epoch")))
                .orElseThrow();
    }

    /** Has jobs begin differently from now on; null: as usual. */
    void start(Jobs other) {
        jobs.set(other == null ? this::direct : other);
    }

    private static ThreadFactory threads(String part) {
        return run -> {
            Thread thread = new Thread(run, "ansible-" + part);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Ends in order: what is under way is to go on elsewhere. */
    void drain() throws InterruptedException, SQLException {
        dispatcher.drain(Duration.ZERO);
        pulse.stop();
        membership.leave();
        close();
    }

    @Override
    public void close() {
        try {
            dispatcher.drain(Duration.ZERO);
            pulse.stop();
            membership.leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        work.close();
        executor.shutdown();
    }

    static List<String> nodes(int count) {
        return IntStream.range(1, count + 1).mapToObj(i -> "n" + i).toList();
    }
}

package org.taskcenter.ansible;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;

/** The claims that this member works on, for the jobs that do it. It settles those that their jobs have left behind. */
public final class Plays implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final PlayStore store;
    private final Play.Stage stage;
    private final BooleanSupplier mayWork;
    private final Duration patience;
    private final Thread watch;
    private final ConcurrentMap<Key, Play> plays = new ConcurrentHashMap<>();

    private record Key(long task, int epoch) {}

    /** @param patience how long a job may take to begin, and to settle */
    Plays(PlayStore store, Play.Stage stage, BooleanSupplier mayWork, Duration patience, ThreadFactory threads) {
        this.store = store;
        this.stage = stage;
        this.mayWork = mayWork;
        this.patience = patience;
        this.watch = threads.newThread(this::watch);
    }

    void start() {
        watch.start();
    }

    Play add(Claim claim, Consumer<Settlement> settled) {
        Key key = new Key(claim.id(), claim.epoch());
        Play play = new Play(claim, settled, store, stage, mayWork, () -> plays.remove(key));
        plays.put(key, play);
        return play;
    }

    /** The work on a claim; empty where it is over, or never was this member's. */
    public Optional<Play> find(long task, int epoch) {
        return Optional.ofNullable(plays.get(new Key(task, epoch)));
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK.toMillis());
                List.copyOf(plays.values()).stream()
                        .filter(play -> play.isOverdue(patience))
                        .forEach(Plays::settle);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void settle(Play play) {
        AnsibleLog.LOG.jobDied(play.claim().id());
        play.settle();
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}

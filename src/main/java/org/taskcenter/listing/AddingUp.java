package org.taskcenter.listing;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.taskcenter.store.Database;

/** Adds up in the background what has changed in the {@link Counts}. Members may do it side by side. */
public final class AddingUp implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** After so many pauses it looks also for what members have left that are no more. */
    private static final int LOOKS = 60;

    private final Database database;
    private final Counts counts;
    private final Thread thread;
    private boolean failing;

    public AddingUp(Database database, Counts counts, ThreadFactory threads) {
        this.database = database;
        this.counts = counts;
        this.thread = threads.newThread(this::run);
    }

    /** Begins. */
    public AddingUp start() {
        thread.start();
        return this;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            for (int looks = 0; ; looks++) {
                if (counts.hasChanged() || looks % LOOKS == 0) {
                    round();
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() {
        try {
            while (database.transaction(counts::addUp)) {
                // There is more.
            }
            failing = false;
        } catch (SQLException | RuntimeException e) {
            if (!failing) {
                ListingLog.LOG.cannotAddUp(e.toString());
            }
            failing = true;
        }
    }
}

package org.taskcenter.platform;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.taskcenter.call.Sender;
import org.taskcenter.cluster.Members;
import org.taskcenter.cluster.Membership;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Room;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.listing.Counts;
import org.taskcenter.quota.Ledger;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;
import org.taskcenter.upstream.Declarations;
import org.taskcenter.upstream.Tasks;
import org.taskcenter.upstream.Upstreams;

/** What this member does with third-party platforms: takes tasks in, submits them, asks after them. */
public final class ThirdParties implements AutoCloseable {
    /** Who has waited for longer than a third party may take, and this, waits no more. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int THREADS = 4;
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(5);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(10);

    private final PlatformRunner runner;
    private final PlatformTasks tasks;
    private final Ends ends;
    private final Deletions deletions;
    private final Waiters waiters;
    private final Poller poller;
    private final BackOff pollBackOff;
    private final BackOff submitBackOff;
    private final PollCounts counts = new PollCounts();
    private final ExecutorService executor;

    /**
     * What is administered elsewhere.
     *
     * @param counts of the lists
     */
    public record Books(Upstreams upstreams, Declarations declarations, Ledger ledger, Counts counts) {}

    /**
     * Puts it together; nothing happens before {@link #start}.
     *
     * @param others what else has to happen when tasks end
     * @param room whether more tasks may be taken in
     * @param interval the time from one round of polling to the next
     * @param submitTimeout how long a third party may take to answer a submission
     */
    public ThirdParties(
            Database database,
            Vault vault,
            Queue queue,
            Ids ids,
            Lanes lanes,
            Announcer announcer,
            Membership membership,
            Members members,
            Books books,
            Ending others,
            Sender sender,
            Room room,
            Duration interval,
            Duration submitTimeout,
            ThreadFactory threads,
            Clock clock) {
        executor = Executors.newFixedThreadPool(THREADS, threads);
        KnownPlatforms platforms = new KnownPlatforms(books.declarations(), submitTimeout);
        submitBackOff = new BackOff(FIRST_BACK_OFF, LONGEST_BACK_OFF, System::nanoTime);
        pollBackOff = new BackOff(interval, longest(interval), System::nanoTime);
        waiters = new Waiters(database, submitTimeout.plus(PATIENCE), threads);
        ends = new Ends(books.counts(), books.ledger(), clock, waiters::failed);
        deletions = new Deletions(database, queue, ends, others);
        Book book = new Book();
        PollResults results = new PollResults(database, queue, ends, others, books.counts(), book, clock);
        ChannelRounds rounds = new ChannelRounds(
                books.upstreams(), sender, executor, results, book, pollBackOff, interval, clock, counts);
        poller = new Poller(
                database,
                membership,
                members,
                books.upstreams(),
                platforms,
                book,
                pollBackOff,
                rounds,
                deletions,
                interval,
                threads);
        Requests requests = new Requests(vault);
        runner = new PlatformRunner(
                database,
                requests,
                platforms,
                books.upstreams(),
                new SubmissionRows(database, books.counts(), clock),
                submitBackOff,
                sender,
                waiters,
                executor,
                poller::taken,
                clock);
        tasks = new PlatformTasks(
                database,
                platforms,
                new Submissions(
                        database,
                        requests,
                        queue,
                        ids,
                        lanes,
                        announcer,
                        room,
                        books.upstreams(),
                        submitBackOff,
                        books.ledger(),
                        books.counts(),
                        waiters,
                        clock),
                new Reopenings(books.counts(), books.ledger(), clock),
                submitTimeout);
    }

    private static Duration longest(Duration interval) {
        return interval.compareTo(LONGEST_BACK_OFF) > 0 ? interval : LONGEST_BACK_OFF;
    }

    /** The columns that are sealed. */
    public static List<SealedColumn> columns() {
        return List.of(Requests.COLUMN);
    }

    /** Submits tasks. */
    public Runner runner() {
        return runner;
    }

    /** What has to happen when tasks of platforms end; the last of all that has, since it locks accounts. */
    public Ending ending() {
        return ends;
    }

    public PlatformTasks tasks() {
        return tasks;
    }

    /** Who is to know of deleted channels. */
    public Tasks openTasks() {
        return deletions;
    }

    public void start() {
        waiters.start();
        poller.start();
    }

    /** A round of polling is due. Returns at once. */
    public void tick() {
        poller.tick();
    }

    /** Whether tasks are asked after. A third party that does not answer changes nothing about it. */
    public boolean isHealthy() {
        return poller.isHealthy();
    }

    /** How many tasks this member asks after, by channel. */
    public Map<Long, Integer> open() {
        return poller.open();
    }

    /** How many polls of this member went how: by channel and answered, failed or unreadable, with a blank between them. */
    public Map<String, Long> polls() {
        return counts.all();
    }

    /** How often each failing channel has failed to answer polls since it last answered. */
    public Map<Long, Integer> failingPolls() {
        return pollBackOff.failures();
    }

    /** How often each failing channel has refused submissions since it last took one. */
    public Map<Long, Integer> failingSubmissions() {
        return submitBackOff.failures();
    }

    /** No more rounds; what is under way may end. */
    @Override
    public void close() {
        poller.close();
        waiters.close();
        executor.shutdown();
    }
}

package org.taskcenter.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;
import org.taskcenter.ansible.AnsibleWork;
import org.taskcenter.ansible.Plays;
import org.taskcenter.ansible.Runs;
import org.taskcenter.api.manager.Messages;
import org.taskcenter.call.CallDetails;
import org.taskcenter.call.CallRunner;
import org.taskcenter.call.Calls;
import org.taskcenter.call.NewCall;
import org.taskcenter.cluster.Home;
import org.taskcenter.cluster.Members;
import org.taskcenter.cluster.Membership;
import org.taskcenter.cluster.PostgresWakeup;
import org.taskcenter.cluster.Pulse;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.config.Settings;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Dispatcher;
import org.taskcenter.dispatch.Intake;
import org.taskcenter.dispatch.Kind;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.PausedKinds;
import org.taskcenter.dispatch.Retry;
import org.taskcenter.dispatch.Room;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.gate.Gate;
import org.taskcenter.metrics.MeteredQueue;
import org.taskcenter.metrics.Metrics;
import org.taskcenter.metrics.Sampler;
import org.taskcenter.platform.TaskResults;
import org.taskcenter.platform.ThirdParties;
import org.taskcenter.playbook.Ansible;
import org.taskcenter.playbook.NodeKeys;
import org.taskcenter.playbook.Supervisor;
import org.taskcenter.push.Mailbox;
import org.taskcenter.push.Returns;
import org.taskcenter.push.SigningSecrets;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.store.H2Queue;
import org.taskcenter.store.Ids;
import org.taskcenter.store.PlainDataSource;
import org.taskcenter.store.PostgresQueue;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;

/** This member's engine: what accepts tasks, does them, and stands in for members that have died. */
final class Engine implements AutoCloseable {
    /** How much of the memory long results may take while they are sent, and as much long calls. */
    private static final int SHARE_OF_MEMORY = 16;

    private final Duration drain;
    private final Home home;
    private final Membership membership;
    private final Dispatcher dispatcher;
    private final Pulse pulse;
    private final PostgresWakeup wakeup;
    private final Calls calls;
    private final Cancellation cancellation;
    private final Retry retry;
    private final Mailbox mailbox;
    private final ThirdParties thirdParties;
    private final Optional<Supervisor> supervisor;
    private final AnsibleWork ansible;
    private final Runs runs;
    private final Room room;
    private final Sampler sampler;
    private final PausedKinds paused;

    /**
     * Puts an engine together; it does nothing until it is started.
     *
     * @param vault seals what tasks hold of secrets
     * @param books channels, quota and counters
     * @param gate the way out; closed by whoever made it
     * @param secrets what pushes are signed by
     * @param callExecutor where the beginnings of calls and pushes run
     * @param jobExecutor where batch jobs are started
     * @param metrics what is to show how it goes
     * @throws IOException where the home belongs to another member
     */
    Engine(
            Settings settings,
            Database database,
            Vault vault,
            Ids ids,
            PausedKinds paused,
            ThirdParties.Books books,
            Gate gate,
            SigningSecrets secrets,
            Executor callExecutor,
            Executor jobExecutor,
            ThreadFactory threads,
            Metrics metrics)
            throws IOException {
        Queue queue = new MeteredQueue(
                settings.database().isPostgresql() ? new PostgresQueue() : new H2Queue(), metrics.tasks());
        this.paused = () -> AnsibleWork.paused(paused.read());
        drain = settings.drain();
        home = new Home(settings.home());
        Members members = new Members(database);
        membership = new Membership(
                members, ids, hostName(), settings.lease(), settings.stopWork(), System::nanoTime, home::write);
        Lanes lanes = new Lanes(database, queue);
        Announcer announcer = new Announcer();
        Returns returns = new Returns(
                database,
                settings.database().isPostgresql(),
                vault,
                queue,
                ids,
                lanes,
                announcer,
                membership,
                secrets,
                gate::send,
                settings.push(),
                Messages::told,
                List.of(new TaskResults()),
                Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY,
                Clock.systemUTC(),
                threads);
        mailbox = returns.mailbox();
        room = new Room(database, queue, settings.maxWaiting());
        thirdParties = new ThirdParties(
                database,
                vault,
                queue,
                ids,
                lanes,
                announcer,
                membership,
                members,
                books,
                returns.ending(),
                gate::send,
                room,
                settings.pollInterval(),
                settings.submitTimeout(),
                threads,
                Clock.systemUTC());
        supervisor = Ansible.find()
                .map(found ->
                        new Supervisor(found, settings.ansible(), settings.home(), membership::workLeft, threads));
        if (supervisor.isEmpty()) {
            BootLog.LOG.noAnsible();
        }
        ansible = new AnsibleWork(
                database,
                queue,
                vault,
                supervisor.orElse(null),
                settings.ansible().keyUrl().map(NodeKeys::new),
                new BatchJobs(),
                membership::mayWork,
                threads);
        Ending ending = Ending.all(returns.ending(), ansible.ending(), thirdParties.ending());
        CallDetails callDetails = new CallDetails(vault);
        CallRunner callRunner = new CallRunner(
                database,
                queue,
                callDetails,
                gate::send,
                Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY,
                Clock.systemUTC());
        List<Kind> work = new ArrayList<>();
        for (Runner runner : List.of(callRunner, returns.runner(), thirdParties.runner())) {
            work.add(new Kind(runner, callExecutor, settings.maxRunning()));
        }
        for (Runner runner : ansible.runners()) {
            work.add(new Kind(runner, jobExecutor, settings.ansible().maxForks(), true));
        }
        dispatcher =
                new Dispatcher(database, queue, membership, ending, this.paused, work, settings.laneRunning(), threads);
        pulse = new Pulse(
                membership,
                members,
                database,
                queue,
                ending,
                settings.heartbeat(),
                settings.lease(),
                dispatcher,
                threads);
        wakeup = settings.database().isPostgresql()
                ? new PostgresWakeup(
                        database,
                        PlainDataSource.impatient(settings.database())::getConnection,
                        membership::id,
                        membership::isAlone,
                        dispatcher,
                        threads)
                : null;
        Wakeup others = wakeup == null ? Wakeup.NOBODY : wakeup;
        announcer.connect(dispatcher, others);
        Intake<NewCall> intake = new Intake<>(database, queue, ids, lanes, callDetails, room, dispatcher, others);
        List<String> kinds = Stream.concat(
                        Stream.of(
                                callRunner.kind(),
                                returns.runner().kind(),
                                thirdParties.runner().kind()),
                        AnsibleWork.kinds().stream())
                .toList();
        kinds.forEach(metrics.tasks()::knows);
        sampler = new Sampler(database, queue, kinds, threads);
        metrics.show(sampler);
        cancellation = new Cancellation(database, queue, ending, dispatcher, others);
        calls = new Calls(database, intake, cancellation);
        runs = ansible.runs(
                ids, lanes, announcer, room, cancellation, settings.ansible().maxForks());
        retry = new Retry(database, queue, dispatcher, others);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    /** Joins the cluster, takes over what an earlier run of this member left, and begins to work. */
    void start() throws SQLException {
        if (home.predecessor().isPresent()) {
            membership.retirePredecessor(home.predecessor().getAsLong());
        }
        membership.join();
        pulse.start();
        dispatcher.start();
        if (wakeup != null) {
            wakeup.start();
        }
        mailbox.start();
        thirdParties.start();
        ansible.start();
        sampler.start();
    }

    /** Whether claims, settlements and heartbeats go through, as far as was seen lately. */
    boolean isHealthy() {
        return dispatcher.isHealthy() && pulse.isHealthy() && thirdParties.isHealthy();
    }

    /** The paused kinds may have changed. */
    void pausesChanged() {
        try {
            dispatcher.pause(paused.read());
        } catch (SQLException e) {
            // The dispatcher reads them again as soon as the database answers.
            dispatcher.look();
        }
    }

    /** How many tasks this member is working on. */
    int running() {
        return dispatcher.running();
    }

    /** How many tasks were turned away. */
    long rejected() {
        return room.refused();
    }

    Mailbox mailbox() {
        return mailbox;
    }

    ThirdParties thirdParties() {
        return thirdParties;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    Retry retry() {
        return retry;
    }

    Calls calls() {
        return calls;
    }

    Runs runs() {
        return runs;
    }

    Plays plays() {
        return ansible.plays();
    }

    /** Drains, leaves the cluster and ends all loops. */
    @Override
    public void close() throws IOException, SQLException {
        try {
            sampler.close();
            dispatcher.drain(drain);
            mailbox.close();
            thirdParties.close();
            ansible.close();
            supervisor.ifPresent(Supervisor::close);
            if (wakeup != null) {
                wakeup.stop();
            }
            pulse.stop();
            membership.leave();
        } catch (InterruptedException e) {
            // In a hurry: the lease runs out by itself.
            Thread.currentThread().interrupt();
        } finally {
            home.close();
        }
    }
}

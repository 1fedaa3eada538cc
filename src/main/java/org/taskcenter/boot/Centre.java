package org.taskcenter.boot;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.taskcenter.account.Accounts;
import org.taskcenter.account.Administrator;
import org.taskcenter.account.Audit;
import org.taskcenter.account.ClientAddresses;
import org.taskcenter.account.Identities;
import org.taskcenter.account.WebhookSecrets;
import org.taskcenter.ansible.AnsibleWork;
import org.taskcenter.ansible.Plays;
import org.taskcenter.ansible.Runs;
import org.taskcenter.api.manager.AnswerRoom;
import org.taskcenter.api.manager.Messages;
import org.taskcenter.call.CallDetails;
import org.taskcenter.config.Secret;
import org.taskcenter.config.Settings;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Retry;
import org.taskcenter.dispatch.StoredPausedKinds;
import org.taskcenter.gate.AddressRules;
import org.taskcenter.gate.Gate;
import org.taskcenter.gate.Limits;
import org.taskcenter.listing.AddingUp;
import org.taskcenter.listing.Counts;
import org.taskcenter.listing.Lists;
import org.taskcenter.metrics.Metrics;
import org.taskcenter.monitor.TaskLookup;
import org.taskcenter.platform.TaskResults;
import org.taskcenter.platform.ThirdParties;
import org.taskcenter.push.Mailbox;
import org.taskcenter.push.Returns;
import org.taskcenter.quota.Ledger;
import org.taskcenter.secret.Keys;
import org.taskcenter.secret.Resealing;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Backups;
import org.taskcenter.store.Database;
import org.taskcenter.store.DatabaseProbe;
import org.taskcenter.store.Entities;
import org.taskcenter.store.Ids;
import org.taskcenter.store.PlainDataSource;
import org.taskcenter.upstream.Declarations;
import org.taskcenter.upstream.Upstreams;

/** The parts of a running centre, put together by hand. */
final class Centre implements AutoCloseable {
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private final Settings settings;
    /** How much of the memory answers that list tasks may take while they are made and sent, and how long one waits for that. */
    private static final int SHARE_FOR_ANSWERS = 10;

    private static final Duration ANSWERS_PATIENCE = Duration.ofSeconds(5);

    private final Readiness readiness;
    private final Clock clock = Clock.systemUTC();
    private final Database database;
    private final Identities identities;
    private final ClientAddresses clientAddresses;
    private final Accounts accounts;
    private final Audit audit;
    private final TaskLookup taskLookup;
    private final StoredPausedKinds pausedKinds;
    private final Backups backups;
    private final Ledger ledger = new Ledger();
    private final Counts counts;
    private final Lists lists;
    private final Declarations declarations;
    private final Upstreams upstreams;
    private final Engine engine;
    private final Messages messages;
    private final Optional<Secret> newAdminToken;

    /**
     * Makes and starts all parts.
     *
     * @param source the pool of connections; the schema is up to date
     * @param threads makes the threads of the parts
     * @param callExecutor where the beginnings of calls run
     * @param jobExecutor where batch jobs are started
     * @param metrics what is to show how it goes
     * @throws SQLException where the database is not as it has to be
     * @throws IOException where the home belongs to another member, or cannot be used
     * @throws org.taskcenter.secret.UnfitKey where the secret key is not the one to start with
     */
    Centre(
            Settings settings,
            DataSource source,
            ThreadFactory threads,
            Executor callExecutor,
            Executor jobExecutor,
            Metrics metrics)
            throws SQLException, IOException {
        this.settings = settings;
        this.database = new Database(source);
        Vault vault = new Keys(database, settings).agree();
        this.newAdminToken = new Administrator(database, clock)
                .prepare(settings.adminToken().map(Secret::value))
                .map(Secret::new);
        this.identities = closing(new Identities(database, clock, threads).start());
        this.clientAddresses = new ClientAddresses(settings.trustedProxies(), settings.trustedSources());
        this.accounts = new Accounts(closing(new Entities(source)), identities, vault, clock);
        WebhookSecrets webhookSecrets = new WebhookSecrets(database, vault, identities, clock);
        webhookSecrets.complete();
        closing(new Resealing(database, vault, sealedColumns(), threads).start());
        this.audit = new Audit(database);
        this.taskLookup = new TaskLookup(database);
        this.backups = new Backups(database, settings.database(), settings.home(), clock);
        this.pausedKinds = new StoredPausedKinds(database);
        Gate gate = closing(new Gate(
                new AddressRules(settings.allowTargets()),
                Limits.of(Runtime.getRuntime().maxMemory()),
                threads));
        this.counts = new Counts(settings.database().isPostgresql());
        this.lists = new Lists(database, counts, settings.database().isPostgresql());
        closing(new AddingUp(database, counts, threads).start());
        this.declarations = new Declarations(database);
        this.upstreams = new Upstreams(database, vault, declarations, gate::whyForbidden);
        this.engine = closing(new Engine(
                settings,
                database,
                vault,
                new Ids(database),
                pausedKinds,
                new ThirdParties.Books(upstreams, declarations, ledger, counts),
                gate,
                client -> TaskResults.account(client).isPresent()
                        ? webhookSecrets.ofAccount(TaskResults.account(client).getAsLong())
                        : webhookSecrets.ofClient(client),
                callExecutor,
                jobExecutor,
                threads,
                metrics));
        pausedKinds.whenChanged(engine::pausesChanged);
        this.messages = new Messages(
                engine.calls(),
                gate::whyForbidden,
                clock,
                new AnswerRoom(Runtime.getRuntime().maxMemory() / SHARE_FOR_ANSWERS, ANSWERS_PATIENCE));
        engine.start();
        DatabaseProbe probe = closing(new DatabaseProbe(PlainDataSource.impatient(settings.database())));
        this.readiness = new Readiness(threads).with("database", probe).with("engine", engine::isHealthy);
        readiness.start();
        metrics.showChecks(readiness::state);
        metrics.showRefusals(engine::rejected, gate::refusals, identities::refusals);
        ThirdParties thirdParties = engine.thirdParties();
        metrics.showThirdParties(
                thirdParties::open,
                thirdParties::polls,
                Map.of("polls", thirdParties::failingPolls, "submissions", thirdParties::failingSubmissions));
        metrics.showRunning(engine::running, gate::connectionCount);
    }

    /** All columns that hold what the vault has sealed. */
    static List<SealedColumn> sealedColumns() {
        return Stream.of(
                        WebhookSecrets.columns(),
                        CallDetails.columns(),
                        List.of(Upstreams.column()),
                        AnsibleWork.columns(),
                        Returns.columns(),
                        ThirdParties.columns())
                .flatMap(List::stream)
                .toList();
    }

    Settings settings() {
        return settings;
    }

    Readiness readiness() {
        return readiness;
    }

    Clock clock() {
        return clock;
    }

    Database database() {
        return database;
    }

    Identities identities() {
        return identities;
    }

    ClientAddresses clientAddresses() {
        return clientAddresses;
    }

    Messages messages() {
        return messages;
    }

    Mailbox mailbox() {
        return engine.mailbox();
    }

    Accounts accounts() {
        return accounts;
    }

    Backups backups() {
        return backups;
    }

    ThirdParties thirdParties() {
        return engine.thirdParties();
    }

    Runs runs() {
        return engine.runs();
    }

    /** What jobs are to do. */
    Plays plays() {
        return engine.plays();
    }

    Ledger ledger() {
        return ledger;
    }

    Lists lists() {
        return lists;
    }

    Declarations declarations() {
        return declarations;
    }

    Upstreams upstreams() {
        return upstreams;
    }

    TaskLookup taskLookup() {
        return taskLookup;
    }

    Cancellation cancellation() {
        return engine.cancellation();
    }

    Retry retry() {
        return engine.retry();
    }

    Audit audit() {
        return audit;
    }

    StoredPausedKinds pausedKinds() {
        return pausedKinds;
    }

    /** The administrator's token, where this start has made it. */
    Optional<Secret> newAdminToken() {
        return newAdminToken;
    }

    /** Stops the parts, the last one first. Pool, threads and HTTP listener of the server still work meanwhile. */
    @Override
    public void close() {
        readiness.close();
        while (!toClose.isEmpty()) {
            AutoCloseable part = toClose.pop();
            try {
                part.close();
            } catch (Exception e) {
                BootLog.LOG.stopFailed(part.getClass().getSimpleName(), e);
            }
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        toClose.push(part);
        return part;
    }
}

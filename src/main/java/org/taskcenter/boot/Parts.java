package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.taskcenter.account.Accounts;
import org.taskcenter.account.Audit;
import org.taskcenter.account.ClientAddresses;
import org.taskcenter.account.Identities;
import org.taskcenter.ansible.Runs;
import org.taskcenter.api.manager.Messages;
import org.taskcenter.config.Settings;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Retry;
import org.taskcenter.dispatch.StoredPausedKinds;
import org.taskcenter.listing.Lists;
import org.taskcenter.metrics.Metrics;
import org.taskcenter.monitor.TaskLookup;
import org.taskcenter.platform.PlatformTasks;
import org.taskcenter.push.Mailbox;
import org.taskcenter.quota.Ledger;
import org.taskcenter.store.Backups;
import org.taskcenter.store.Database;
import org.taskcenter.upstream.Declarations;
import org.taskcenter.upstream.Tasks;
import org.taskcenter.upstream.Upstreams;

/** The running centre's parts, for those whom the server makes. */
@ApplicationScoped
class Parts {
    private final Metrics metrics = new Metrics();
    private final AtomicReference<Centre> running = new AtomicReference<>();

    void of(Centre centre) {
        running.set(centre);
    }

    /** The centre, once it runs. */
    Optional<Centre> running() {
        return Optional.ofNullable(running.get());
    }

    /** There before the centre is: filters ask for them while the application is being put together. */
    @Produces
    Metrics metrics() {
        return metrics;
    }

    @Produces
    Settings settings() {
        return centre().settings();
    }

    @Produces
    Readiness readiness() {
        return centre().readiness();
    }

    @Produces
    Clock clock() {
        return centre().clock();
    }

    @Produces
    Database database() {
        return centre().database();
    }

    @Produces
    Identities identities() {
        return centre().identities();
    }

    @Produces
    ClientAddresses clientAddresses() {
        return centre().clientAddresses();
    }

    @Produces
    Messages messages() {
        return centre().messages();
    }

    @Produces
    Mailbox mailbox() {
        return centre().mailbox();
    }

    @Produces
    Accounts accounts() {
        return centre().accounts();
    }

    @Produces
    PlatformTasks platformTasks() {
        return centre().thirdParties().tasks();
    }

    @Produces
    Tasks tasksOfChannels() {
        return centre().thirdParties().openTasks();
    }

    @Produces
    Runs runs() {
        return centre().runs();
    }

    @Produces
    Ledger ledger() {
        return centre().ledger();
    }

    @Produces
    Lists lists() {
        return centre().lists();
    }

    @Produces
    Declarations declarations() {
        return centre().declarations();
    }

    @Produces
    Upstreams upstreams() {
        return centre().upstreams();
    }

    @Produces
    TaskLookup taskLookup() {
        return centre().taskLookup();
    }

    @Produces
    Cancellation cancellation() {
        return centre().cancellation();
    }

    @Produces
    Retry retry() {
        return centre().retry();
    }

    @Produces
    Audit audit() {
        return centre().audit();
    }

    @Produces
    Backups backups() {
        return centre().backups();
    }

    @Produces
    StoredPausedKinds pausedKinds() {
        return centre().pausedKinds();
    }

    private Centre centre() {
        return running().orElseThrow(() -> new IllegalStateException("The centre has not started yet"));
    }
}

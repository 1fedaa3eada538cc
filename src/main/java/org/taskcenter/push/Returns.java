package org.taskcenter.push;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.Sender;
import org.taskcenter.cluster.Membership;
import org.taskcenter.config.PushSettings;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.dispatch.Successors;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;

/** The ways back: how the results of calls reach who asked for them. */
public final class Returns {
    private final Ending ending;
    private final Runner runner;
    private final Mailbox mailbox;

    /**
     * @param postgres whether the database is PostgreSQL, and not H2
     * @param shape writes the message that tells the status of one call
     * @param others results of tasks that are no calls
     * @param memory how many bytes long messages may take
     */
    public Returns(
            Database database,
            boolean postgres,
            Vault vault,
            Queue queue,
            Ids ids,
            Lanes lanes,
            Announcer announcer,
            Membership membership,
            SigningSecrets secrets,
            Sender sender,
            PushSettings settings,
            Function<CallStatus, byte[]> shape,
            List<Results> others,
            long memory,
            Clock clock,
            ThreadFactory threads) {
        PushDetails details = new PushDetails(vault);
        Bodies bodies = new Bodies(database, shape, others, memory);
        Successors<Push> pushes = new Successors<>(queue, ids, lanes, details, announcer);
        mailbox = new Mailbox(database, postgres, membership::id, membership::mayWork, bodies, pushes, threads);
        ending = new ResultEnding(pushes, others, new Addresses(vault), mailbox::heldFor);
        runner = new PushRunner(database, details, bodies, secrets, sender, settings, clock);
    }

    /** The columns that are sealed. */
    public static List<SealedColumn> columns() {
        return List.of(PushDetails.ADDRESS);
    }

    /** What has to happen when calls end. */
    public Ending ending() {
        return ending;
    }

    /** Sends results over connections that their senders have opened. */
    public Mailbox mailbox() {
        return mailbox;
    }

    /** Pushes results. */
    public Runner runner() {
        return runner;
    }
}

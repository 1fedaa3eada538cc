package org.taskcenter.push;

import java.time.Clock;
import java.util.function.Function;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.Sender;
import org.taskcenter.config.PushSettings;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.dispatch.Successors;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;

/** The ways back: how the results of calls reach who asked for them. */
public final class Returns {
    private final Ending ending;
    private final Runner runner;

    /**
     * @param shape writes the message that tells the status of one call
     * @param memory how many bytes long messages may take
     */
    public Returns(
            Database database,
            Queue queue,
            Ids ids,
            Lanes lanes,
            Announcer announcer,
            SigningSecrets secrets,
            Sender sender,
            PushSettings settings,
            Function<CallStatus, byte[]> shape,
            long memory,
            Clock clock) {
        PushDetails details = new PushDetails();
        Bodies bodies = new Bodies(database, shape, memory);
        ending = new ResultEnding(new Successors<>(queue, ids, lanes, details, announcer), clients -> {});
        runner = new PushRunner(database, details, bodies, secrets, sender, settings, clock);
    }

    /** What has to happen when calls end. */
    public Ending ending() {
        return ending;
    }

    /** Pushes results. */
    public Runner runner() {
        return runner;
    }
}

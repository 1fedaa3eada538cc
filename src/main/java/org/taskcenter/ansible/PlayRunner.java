package org.taskcenter.ansible;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;

/** Does runs or shares: each claim is a job. */
final class PlayRunner implements Runner {
    /** The kind of runs, also of those that are dealt out in shares. */
    static final String RUN = "run";

    static final String SHARE = "share";

    private static final String JOB = "ansible-run";

    private final String kind;
    private final Plays plays;
    private final Jobs jobs;

    PlayRunner(String kind, Plays plays, Jobs jobs) {
        this.kind = kind;
        this.plays = plays;
        this.jobs = jobs;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public void run(List<Claim> claims, Consumer<Settlement> settled) {
        List<Play> all = claims.stream().map(claim -> plays.add(claim, settled)).toList();
        for (Play play : all) {
            Claim claim = play.claim();
            try {
                jobs.start(JOB, Map.of("taskId", Long.toString(claim.id()), "epoch", Integer.toString(claim.epoch())));
            } catch (Jobs.NotStarted | RuntimeException e) {
                AnsibleLog.LOG.notStarted(claim.id(), String.valueOf(e.getMessage()));
                play.settle();
            }
        }
    }

    @Override
    public void stop(Claim claim, Why why) {
        plays.find(claim.id(), claim.epoch()).ifPresent(play -> play.stop(why));
    }
}

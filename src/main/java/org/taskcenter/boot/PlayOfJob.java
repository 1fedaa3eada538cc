package org.taskcenter.boot;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.Optional;
import org.taskcenter.ansible.Play;

/** What the job {@code ansible-run} is about: the claim that its parameters name. */
@Dependent
public class PlayOfJob {
    @Inject
    Parts parts;

    /** The work on a claim; empty where this member has not got it in hand any more. */
    Optional<Play> find(String taskId, String epoch) {
        return parts.running().flatMap(centre -> centre.plays().find(Long.parseLong(taskId), Integer.parseInt(epoch)));
    }
}

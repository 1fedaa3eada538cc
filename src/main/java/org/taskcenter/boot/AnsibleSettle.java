package org.taskcenter.boot;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.api.BatchProperty;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.taskcenter.ansible.Play;

/** The second step of the job {@code ansible-run}: stores what came of it. */
@Named("ansibleSettle")
@Dependent
public class AnsibleSettle extends AbstractBatchlet {
    @Inject
    @BatchProperty
    String taskId;

    @Inject
    @BatchProperty
    String epoch;

    @Inject
    PlayOfJob job;

    @Override
    public String process() {
        return job.find(taskId, epoch).map(Play::settle).orElse("SETTLED");
    }
}

package org.taskcenter.boot;

import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.listener.AbstractJobListener;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.taskcenter.ansible.Play;

/** Settles the claim of a job {@code ansible-run} that ends, for whatever reason, without having done so. */
@Named("ansibleJobEnd")
@Dependent
public class AnsibleJobEnd extends AbstractJobListener {
    @Inject
    @BatchProperty
    String taskId;

    @Inject
    @BatchProperty
    String epoch;

    @Inject
    PlayOfJob job;

    @Override
    public void afterJob() {
        job.find(taskId, epoch).ifPresent(Play::settle);
    }
}

package org.taskcenter.boot;

import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.Batchlet;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.taskcenter.ansible.Play;

/** The first step of the job {@code ansible-run}: runs the playbook. No transaction is open meanwhile. */
@Named("ansiblePlay")
@Dependent
public class AnsiblePlay implements Batchlet {
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
        job.find(taskId, epoch).ifPresent(Play::play);
        return "PLAYED";
    }

    @Override
    public void stop() {
        job.find(taskId, epoch).ifPresent(Play::stop);
    }
}

package org.taskcenter.boot;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Named;

/** The work of a job that {@link ContainerIT} starts. */
@Named("oneStep")
@Dependent
public class OneStep extends AbstractBatchlet {
    static final String DONE = "one step done";

    @Override
    public String process() {
        return DONE;
    }
}
